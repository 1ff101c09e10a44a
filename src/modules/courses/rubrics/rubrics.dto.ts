import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { timestamp, title } from '../shared-fields.dto';
import { criteriaExample, maxPointsOf, RubricCriteria } from './criteria';
import type { RubricRow } from './rubric.entity';

const rubricExample = { title: 'Still life', criteria: criteriaExample };
export const NewRubric = z
  .strictObject({ title, criteria: RubricCriteria })
  .meta({ id: 'NewRubric', examples: [rubricExample] });
export type NewRubric = z.output<typeof NewRubric>;

export const RubricChanges = z
  .strictObject({ title, criteria: RubricCriteria })
  .partial()
  .meta({ id: 'RubricChanges', examples: [{ title: 'Still life in oil' }] });
export type RubricChanges = z.output<typeof RubricChanges>;

export const Rubric = z
  .strictObject({
    id: z.int(),
    ...NewRubric.shape,
    maxPoints: z.int().meta({ description: 'The points of the best levels' }),
    createdAt: timestamp,
    updatedAt: timestamp,
    version: z.int(),
  })
  .meta({
    id: 'Rubric',
    examples: [
      {
        id: 5,
        ...rubricExample,
        maxPoints: 4,
        createdAt: '2026-02-20T15:12:44.000Z',
        updatedAt: '2026-02-20T15:12:44.000Z',
        version: 1,
      },
    ],
  });
export type Rubric = z.output<typeof Rubric>;
export const RubricPage = pageOf(Rubric, 'RubricPage');
export const RubricQuery = pageQuery();
export type RubricQuery = z.output<typeof RubricQuery>;

export const UsedRubric = z
  .strictObject({ rubricId: z.int().min(1).max(Number.MAX_SAFE_INTEGER) })
  .meta({ id: 'UsedRubric', examples: [{ rubricId: 5 }] });
export type UsedRubric = z.output<typeof UsedRubric>;

export const showRubric = (row: Omit<RubricRow, 'ownerId'>): Rubric => ({
  id: row.id,
  title: row.title,
  criteria: row.criteria,
  maxPoints: maxPointsOf(row.criteria),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  version: row.version,
});
