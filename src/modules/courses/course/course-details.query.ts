import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { instant, int, nullable, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { showCourse, type Course } from './course.dto';
import { ownCourseColumns, ownCourseShape, type RequiredCourseRow } from './course.rows';
import { CourseNotFound } from '../courses.errors';
import { canSeeUnpublished } from '../courses.policy';
import { lessonSummaryColumns, lessonSummaryShape, type LessonSummaryRow } from '../lesson/lesson.rows';
import { accessColumns, accessShape } from '../course-access';
import { LearnerLookup } from '../learners/learner-lookup';

const courseDetailsShape = {
  ...ownCourseShape,
  ...accessShape,
  requiredId: nullable(int),
  requiredTitle: nullable(text),
  requiredArchivedAt: nullable(instant),
};

/** Reads a course with all its prerequisites and lessons in two statements, and the state of the caller in a third. */
@Injectable()
export class CourseDetails {
  constructor(
    private readonly database: Database,
    private readonly learners: LearnerLookup,
  ) {}

  /** `actor` is null for a visitor. @throws CourseNotFound */
  async get(id: number, actor: Actor | null): Promise<Course> {
    const rows = await this.listRowPerPrerequisite(id);
    const [course] = rows;
    if (!course) throw new CourseNotFound();
    const canReadDrafts = actor !== null && canSeeUnpublished(actor, course);
    const state = actor && (await this.learners.states?.ofCourse(actor.id, id));
    if (!course.isOpen && !canReadDrafts && state?.status !== 'enrolled') throw new CourseNotFound();
    const prerequisiteRows = rows.filter(({ requiredId }) => requiredId !== null);
    const lessons = await this.listLessons(id, canReadDrafts);
    return showCourse(course, prerequisiteRows.map(toRequiredCourse), lessons, state ? { state, canReadDrafts } : null);
  }

  /** Every row holds the course and one of its prerequisites. A course without prerequisites has one row. */
  private listRowPerPrerequisite(id: number) {
    return this.database.rows(
      courseDetailsShape,
      `SELECT ${ownCourseColumns}, ${accessColumns.course},
         r.id AS "requiredId", r.title AS "requiredTitle", r.archived_at AS "requiredArchivedAt"
       FROM courses_course c
       JOIN users_user u ON u.id = c.teacher_id
       LEFT JOIN courses_course_prerequisites p ON p.from_course_id = c.id
       LEFT JOIN courses_course r ON r.id = p.to_course_id
       WHERE c.id = $1
       ORDER BY r.title, r.id`,
      [id],
    );
  }

  private listLessons(courseId: number, areDraftsIncluded: boolean): Promise<LessonSummaryRow[]> {
    return this.database.rows(
      lessonSummaryShape,
      `SELECT ${lessonSummaryColumns} FROM courses_lesson l
       WHERE l.course_id = $1 AND l.archived_at IS NULL ${areDraftsIncluded ? '' : 'AND l.is_published'}
       ORDER BY l."order", l.id`,
      [courseId],
    );
  }
}

type RequiredColumns = { requiredId: number | null; requiredTitle: string | null; requiredArchivedAt: Date | null };

function toRequiredCourse({ requiredId, requiredTitle, requiredArchivedAt }: RequiredColumns): RequiredCourseRow {
  return { id: requiredId as number, title: requiredTitle as string, archivedAt: requiredArchivedAt };
}
