import { z } from 'zod';
import type { FieldError } from '../../../platform/errors/domain-error';
import { maxPointsOf, type RubricCriterion } from '../../courses';

const idText = z.string().min(1).max(40);
const comment = z.string().trim().max(2_000);

/** The level that a person chooses for one criterion. */
export const ChosenLevel = z.strictObject({ criterionId: idText, levelId: idText, comment: comment.default('') }).meta({
  id: 'ChosenLevel',
  examples: [{ criterionId: 'edges', levelId: 'good', comment: 'Look at the left side.' }],
});
export type ChosenLevel = z.output<typeof ChosenLevel>;

/** A chosen level as it was then, with its texts and points, because the rubric of the exercise can change. */
export const RubricMark = z
  .strictObject({
    criterionId: z.string(),
    criterionTitle: z.string(),
    levelId: z.string(),
    levelTitle: z.string(),
    points: z.int(),
    maxPoints: z.int(),
    comment: z.string(),
  })
  .meta({
    id: 'RubricMark',
    examples: [
      {
        criterionId: 'edges',
        criterionTitle: 'Edges',
        levelId: 'good',
        levelTitle: 'Good',
        points: 4,
        maxPoints: 4,
        comment: 'Look at the left side.',
      },
    ],
  });
export type RubricMark = z.output<typeof RubricMark>;

/** Lists what does not fit the rubric. The pointers refer to a body `{ rubricMarks }`. */
export function checkMarks(rubric: RubricCriterion[] | null, marks: ChosenLevel[]): FieldError[] {
  const error = (pointer: string, message: string): FieldError => ({
    pointer: `/body/rubricMarks${pointer}`,
    message,
    rule: 'rubric_marks',
  });
  if (!rubric) return [error('', 'The exercise has no rubric')];
  const wrong = marks.flatMap(({ criterionId, levelId }, index) => {
    const criterion = rubric.find(({ id }) => id === criterionId);
    if (!criterion) return [error(`/${index}/criterionId`, 'The rubric has no such criterion')];
    const isRepeated = marks.findIndex((mark) => mark.criterionId === criterionId) < index;
    if (isRepeated) return [error(`/${index}/criterionId`, 'Must not be given twice')];
    const isKnown = criterion.levels.some(({ id }) => id === levelId);
    return isKnown ? [] : [error(`/${index}/levelId`, 'The criterion has no such level')];
  });
  const missing = rubric.filter(({ id }) => !marks.some(({ criterionId }) => criterionId === id));
  return [...wrong, ...missing.map(({ id }) => error('', `Must have the criterion ${id}`))];
}

/** The marks in the order of the rubric. They were checked before. */
export function toMarks(rubric: RubricCriterion[], chosen: ChosenLevel[]): RubricMark[] {
  return rubric.map((criterion) => {
    const { levelId, comment } = chosen.find(({ criterionId }) => criterionId === criterion.id)!;
    const level = criterion.levels.find(({ id }) => id === levelId)!;
    return {
      criterionId: criterion.id,
      criterionTitle: criterion.title,
      levelId,
      levelTitle: level.title,
      points: level.points,
      maxPoints: maxPointsOf([criterion]),
      comment,
    };
  });
}

/** The points as a share of the maximum score, with two decimals. The division comes last, so that exactly one half is rounded up. */
export function scoreOfMarks(marks: RubricMark[], maxScore: number): number {
  let points = 0;
  let maxPoints = 0;
  for (const mark of marks) {
    points += mark.points;
    maxPoints += mark.maxPoints;
  }
  return Math.round((points * maxScore * 100) / maxPoints) / 100;
}
