import { bool, instant, int, jsonOf, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import type { LessonType } from '../course.lists';

/** The columns of a lesson in a table of contents, from `courses_lesson l`. */
export const lessonSummaryShape = {
  id: int,
  title: text,
  order: int,
  lessonType: textOf<LessonType>(),
  durationMinutes: int,
  isMandatory: bool,
  teocoinReward: int,
  isPublished: bool,
};
export type LessonSummaryRow = Row<typeof lessonSummaryShape>;

export const lessonSummaryColumns = `l.id, l.title, l."order", l.lesson_type AS "lessonType",
  l.duration_minutes AS "durationMinutes", l.is_mandatory AS "isMandatory", l.teocoin_reward AS "teocoinReward",
  l.is_published AS "isPublished"`;

export const lessonShape = {
  ...lessonSummaryShape,
  courseId: int,
  content: text,
  videoUrl: text,
  materials: jsonOf<{ title: string; url: string }[]>(),
  archivedAt: nullable(instant),
  createdAt: instant,
  updatedAt: instant,
  version: int,
};
export type LessonRow = Row<typeof lessonShape>;

export const lessonColumns = `${lessonSummaryColumns}, l.course_id AS "courseId", l.content, l.video_url AS "videoUrl",
  l.materials, l.archived_at AS "archivedAt", l.created_at AS "createdAt", l.updated_at AS "updatedAt", l.version`;
