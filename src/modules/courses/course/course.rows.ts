import { text, type Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Course } from './course.entity';

const ownCourse = columnsOf(Course);
const publicCourse = ownCourse.without('isPublished', 'archivedAt', 'createdAt', 'updatedAt', 'version');

const teacherShape = { teacherUsername: text, teacherFirstName: text, teacherLastName: text };
const teacherColumns = `u.username AS "teacherUsername", u.first_name AS "teacherFirstName",
  u.last_name AS "teacherLastName"`;

/** The public columns of a course, selected from `courses_course c JOIN users_user u`, where `u` is its teacher. */
export const courseShape = { ...publicCourse.shape, ...teacherShape };
export type CourseRow = Row<typeof courseShape>;
export const courseColumns = `${publicCourse.columns('c')}, ${teacherColumns}`;

/** The public columns and those that only the authors see. */
export const ownCourseShape = { ...ownCourse.shape, ...teacherShape };
export type OwnCourseRow = Row<typeof ownCourseShape>;
export const ownCourseColumns = `${ownCourse.columns('c')}, ${teacherColumns}`;

export interface RequiredCourseRow {
  id: number;
  title: string;
  archivedAt: Date | null;
}
