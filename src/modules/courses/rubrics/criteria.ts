import { z } from 'zod';
import { rule } from '../../../platform/http/rules';
import { anyText, questionId, text } from '../exercise/questions/question-fields';

const levelExample = { id: 'good', title: 'Good', description: 'Soft and hard edges guide the eye.', points: 4 };
export const RubricLevel = z
  .strictObject({
    id: questionId,
    title: text(100),
    description: anyText(500),
    points: z.int().min(0).max(1_000),
  })
  .meta({ id: 'RubricLevel', examples: [levelExample] });

const criterionExample = {
  id: 'edges',
  title: 'Edges',
  description: '',
  levels: [{ id: 'weak', title: 'Weak', description: 'All edges are hard.', points: 1 }, levelExample],
};
export const RubricCriterion = z
  .strictObject({
    id: questionId,
    title: text(200),
    description: anyText(1_000),
    levels: z.array(RubricLevel).min(2).max(8),
  })
  .refine(
    ({ levels }) => new Set(levels.map(({ id }) => id)).size === levels.length,
    rule('unique_ids', 'No two levels may have the same id'),
  )
  .meta({ id: 'RubricCriterion', examples: [criterionExample] });
export type RubricCriterion = z.output<typeof RubricCriterion>;

export const criteriaExample = [criterionExample];

/** The criteria in order, each with its levels. The best level of at least one criterion earns points, so that a score can follow. */
export const RubricCriteria = z
  .array(RubricCriterion)
  .min(1)
  .max(12)
  .refine(
    (criteria) => new Set(criteria.map(({ id }) => id)).size === criteria.length,
    rule('unique_ids', 'No two criteria may have the same id'),
  )
  .refine((criteria) => maxPointsOf(criteria) > 0, rule('rubric_points', 'At least one level must have points'));

export function maxPointsOf(criteria: readonly { levels: readonly { points: number }[] }[]): number {
  let sum = 0;
  for (const { levels } of criteria) sum += Math.max(...levels.map(({ points }) => points));
  return sum;
}
