import { int, nullable, text, type Row } from '../../../platform/database/columns';
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

/** The id of the published lesson before or after l in teaching order. */
const neighbourIdSql = (comparison: '<' | '>', direction: 'ASC' | 'DESC'): string => `(
    SELECT b.id FROM courses_lesson b WHERE b.course_id = l.course_id AND b.is_published AND b.archived_at IS NULL
      AND (b."order", b.id) ${comparison} (l."order", l.id) ORDER BY b."order" ${direction}, b.id ${direction} LIMIT 1)`;

/** The neighbours of a lesson (alias l), with the joins that they need. */
export const neighbourShape = {
  previousId: nullable(int),
  previousTitle: nullable(text),
  nextId: nullable(int),
  nextTitle: nullable(text),
};
export type LessonNeighbours = Row<typeof neighbourShape>;
export const neighbourColumns = `lp.id AS "previousId", lp.title AS "previousTitle", ln.id AS "nextId", ln.title AS "nextTitle"`;
export const neighbourJoinsSql = `
  LEFT JOIN courses_lesson lp ON lp.id = ${neighbourIdSql('<', 'DESC')}
  LEFT JOIN courses_lesson ln ON ln.id = ${neighbourIdSql('>', 'ASC')}`;
