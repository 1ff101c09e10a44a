import type { Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Lesson } from './lesson.entity';

const lesson = columnsOf(Lesson);
const lessonSummary = columnsOf(Lesson, [
  'id',
  'title',
  'order',
  'lessonType',
  'durationMinutes',
  'isMandatory',
  'teocoinReward',
  'isPublished',
]);

export const lessonSummaryShape = lessonSummary.shape;
export type LessonSummaryRow = Row<typeof lessonSummaryShape>;
export const lessonSummaryColumns = lessonSummary.columns('l');

export const lessonShape = lesson.shape;
export type LessonRow = Row<typeof lessonShape>;
export const lessonColumns = lesson.columns('l');
