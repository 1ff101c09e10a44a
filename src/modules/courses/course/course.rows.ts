import { bool, instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import type { Category, Level } from '../course.lists';

/** The public columns of a course, selected from `courses_course c JOIN users_user u`, where `u` is its teacher. */
export const courseShape = {
  id: int,
  title: text,
  description: text,
  category: textOf<Category>(),
  level: textOf<Level>(),
  teocoinReward: int,
  durationHours: int,
  maxEnrollments: nullable(int),
  thumbnail: text,
  enrolledCount: int,
  lessonCount: int,
  publishedAt: nullable(instant),
  teacherId: int,
  teacherUsername: text,
  teacherFirstName: text,
  teacherLastName: text,
};
export type CourseRow = Row<typeof courseShape>;

export const courseColumns = `c.id, c.title, c.description, c.category, c.level, c.teocoin_reward AS "teocoinReward",
  c.duration_hours AS "durationHours", c.max_enrollments AS "maxEnrollments", c.thumbnail,
  c.enrolled_count AS "enrolledCount", c.lesson_count AS "lessonCount", c.published_at AS "publishedAt",
  c.teacher_id AS "teacherId", u.username AS "teacherUsername", u.first_name AS "teacherFirstName",
  u.last_name AS "teacherLastName"`;

/** The public columns and those that only the authors see. */
export const ownCourseShape = {
  ...courseShape,
  isPublished: bool,
  archivedAt: nullable(instant),
  createdAt: instant,
  updatedAt: instant,
  version: int,
};
export type OwnCourseRow = Row<typeof ownCourseShape>;

export const ownCourseColumns = `${courseColumns}, c.is_published AS "isPublished", c.archived_at AS "archivedAt",
  c.created_at AS "createdAt", c.updated_at AS "updatedAt", c.version`;

export interface RequiredCourseRow {
  id: number;
  title: string;
  archivedAt: Date | null;
}
