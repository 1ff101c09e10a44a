import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { AnswerCache } from '../../../platform/cache/answer-cache';
import { bool, instant, int, nullable, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { showCourse, showOwnCourse, showRequiredCourse, type Course, type SharedCourse } from './course.dto';
import { courseVersionsSql } from '../course-versions';
import { ownCourseColumns, ownCourseShape, type RequiredCourseRow } from './course.rows';
import { CourseNotFound } from '../courses.errors';
import { canSeeUnpublished } from '../courses.policy';
import { showLessonSummary } from '../lesson/lesson.dto';
import { lessonSummaryColumns, lessonSummaryShape, type LessonSummaryRow } from '../lesson/lesson.rows';
import { LearnerLookup } from '../learners/learner-lookup';
import { courseIsOpenSql } from './open-course';

const courseDetailsShape = {
  ...ownCourseShape,
  isOpen: bool,
  requiredId: nullable(int),
  requiredTitle: nullable(text),
  requiredArchivedAt: nullable(instant),
};

/**
 * Shows a course with all its prerequisites and lessons. What everybody shares is cached, so that a page usually costs one small
 * statement, and in the same round trip one for the state of the caller. Two more read the course if it is not cached.
 */
@Injectable()
export class CourseDetails {
  constructor(
    private readonly database: Database,
    private readonly learners: LearnerLookup,
    private readonly cache: AnswerCache,
  ) {}

  /** `actor` is null for a visitor. @throws CourseNotFound */
  async get(id: number, actor: Actor | null): Promise<Course> {
    const answer = { name: 'course', versionsSql: courseVersionsSql, values: [id], variant: id };
    const [shared, state] = await Promise.all([
      this.cache.get(answer, () => this.read(id)),
      actor && this.learners.states?.ofCourse(actor.id, id),
    ]);
    const canReadDrafts = actor !== null && canSeeUnpublished(actor, { teacherId: shared.course.teacher.id });
    if (!shared.isOpen && !canReadDrafts && state?.status !== 'enrolled') throw new CourseNotFound();
    return showCourse(shared, canReadDrafts, state ?? null);
  }

  /** Reads what everybody shares, the drafts of lessons included. @throws CourseNotFound */
  private async read(id: number): Promise<SharedCourse> {
    const rows = await this.listRowPerPrerequisite(id);
    const [course] = rows;
    if (!course) throw new CourseNotFound();
    const prerequisiteRows = rows.filter(({ requiredId }) => requiredId !== null);
    const lessons = await this.listLessons(id);
    return {
      course: showOwnCourse(course),
      isOpen: course.isOpen,
      prerequisites: prerequisiteRows.map((row) => showRequiredCourse(toRequiredCourse(row))),
      lessons: lessons.map(showLessonSummary),
    };
  }

  /** Every row holds the course and one of its prerequisites. A course without prerequisites has one row. */
  private listRowPerPrerequisite(id: number) {
    return this.database.rows(
      courseDetailsShape,
      `SELECT ${ownCourseColumns}, ${courseIsOpenSql('c')} AS "isOpen",
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

  private listLessons(courseId: number): Promise<LessonSummaryRow[]> {
    return this.database.rows(
      lessonSummaryShape,
      `SELECT ${lessonSummaryColumns} FROM courses_lesson l
       WHERE l.course_id = $1 AND l.archived_at IS NULL
       ORDER BY l."order", l.id`,
      [courseId],
    );
  }
}

type RequiredColumns = { requiredId: number | null; requiredTitle: string | null; requiredArchivedAt: Date | null };

function toRequiredCourse({ requiredId, requiredTitle, requiredArchivedAt }: RequiredColumns): RequiredCourseRow {
  return { id: requiredId as number, title: requiredTitle as string, archivedAt: requiredArchivedAt };
}
