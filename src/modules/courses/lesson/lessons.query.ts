import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { LessonNotFound } from '../courses.errors';
import { canSeeUnpublished } from '../courses.policy';
import { showLesson, showLessonSummary, type Lesson, type LessonQuery, type LessonSummary } from './lesson.dto';
import type { LessonState } from '../learners/learner-states';
import { LearnerLookup } from '../learners/learner-lookup';
import { ExerciseReader } from '../exercise/exercises.query';
import {
  lessonColumns,
  lessonShape,
  lessonSummaryColumns,
  lessonSummaryShape,
  neighbourColumns,
  neighbourJoinsSql,
  neighbourShape,
} from './lesson.rows';
import { CourseAccess, accessColumns, accessShape } from '../course-access';

const teachingOrderCursor = keyset('lessons:order', [z.int32(), z.int()]);

/** Reads lessons: the list of a course, and one lesson with its content. */
@Injectable()
export class LessonReader {
  constructor(
    private readonly database: Database,
    private readonly access: CourseAccess,
    private readonly learners: LearnerLookup,
    private readonly exercises: ExerciseReader,
  ) {}

  /** Reads the lesson for a person who opens it, and remembers that they use the course. @throws LessonNotFound, EnrollmentRequired */
  async open(id: number, actor: Actor): Promise<Lesson> {
    const { lesson, state } = await this.read(id, actor);
    if (state?.lastAccessedAt)
      await this.learners.states?.recordAccess(actor.id, lesson.courseId, state.lastAccessedAt);
    return lesson;
  }

  /** @throws LessonNotFound, EnrollmentRequired */
  async get(id: number, actor: Actor): Promise<Lesson> {
    return (await this.read(id, actor)).lesson;
  }

  /** Sends one statement for the lesson, one for the state of the caller, and one or two for the exercises. */
  private async read(id: number, actor: Actor): Promise<{ lesson: Lesson; state: LessonState | undefined }> {
    const found = await this.database.row(
      { ...lessonShape, ...accessShape, ...neighbourShape },
      `SELECT ${lessonColumns}, ${accessColumns.lesson}, ${neighbourColumns}
       FROM courses_lesson l JOIN courses_course c ON c.id = l.course_id ${neighbourJoinsSql} WHERE l.id = $1`,
      [id],
    );
    const state = found && (await this.learners.states?.ofLesson(actor.id, found.courseId, id));
    const row = await this.access.requireContent(actor, found, LessonNotFound, state?.isEnrolled ?? false);
    const exercises = await this.exercises.listAllOfLesson(id, actor);
    return { lesson: showLesson(row, exercises, state), state };
  }

  /** Lists the lessons of a course in teaching order. @throws CourseNotFound; Forbidden for the archive */
  async listOfCourse(courseId: number, actor: Actor, query: LessonQuery): Promise<Page<LessonSummary>> {
    const { cursor, limit, isArchived, withTotal } = query;
    const [order, id] = teachingOrderCursor.read(cursor) ?? [0, 0];
    const course = await this.requireCourse(courseId, actor);
    const canSeeDrafts = canSeeUnpublished(actor, course);
    if (isArchived && !canSeeDrafts)
      throw new Forbidden('Only the teacher of the course and administrators can list archived lessons.');
    const archivedSql = isArchived ? 'IS NOT NULL' : 'IS NULL';
    const fromSql = `FROM courses_lesson l
       WHERE l.course_id = $1 AND l.archived_at ${archivedSql} ${canSeeDrafts ? '' : 'AND l.is_published'}`;
    const rows = await this.database.rows(
      lessonSummaryShape,
      `SELECT ${lessonSummaryColumns} ${fromSql} AND (l."order", l.id) > ($2, $3) ORDER BY l."order", l.id LIMIT $4`,
      [courseId, order, id, limit + 1],
    );
    const countSql = `SELECT count(*) AS total ${fromSql}`;
    const counted = withTotal ? await this.database.row({ total: int }, countSql, [courseId]) : undefined;
    const cursorAfter = (last: LessonSummary) => teachingOrderCursor.after(last.order, last.id);
    return toPage(rows, limit, cursorAfter, showLessonSummary, counted?.total);
  }

  private async requireCourse(courseId: number, actor: Actor) {
    const sql = `SELECT ${accessColumns.course} FROM courses_course c WHERE c.id = $1`;
    return this.access.requireCourse(actor, await this.database.row(accessShape, sql, [courseId]));
  }
}
