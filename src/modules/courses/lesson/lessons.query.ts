import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { LessonNotFound } from '../courses.errors';
import { seesEverything } from '../courses.policy';
import { showLesson, showLessonSummary, type Lesson, type LessonQuery, type LessonSummary } from './lesson.dto';
import { lessonColumns, lessonShape, lessonSummaryColumns, lessonSummaryShape } from './lesson.rows';
import { Reading, standingOf, standingShape } from '../course-access';

const inOrder = keyset('lessons:order', [z.int32(), z.int()]);

/** The lessons of a course, and one with its content. */
@Injectable()
export class LessonPages {
  constructor(
    private readonly database: Database,
    private readonly reading: Reading,
  ) {}

  /** @throws LessonNotFound, EnrollmentRequired */
  async one(id: number, actor: Actor): Promise<Lesson> {
    const found = await this.database.row(
      { ...lessonShape, ...standingShape },
      `SELECT ${lessonColumns}, ${standingOf.lesson}
       FROM courses_lesson l JOIN courses_course c ON c.id = l.course_id WHERE l.id = $1`,
      [id],
    );
    return showLesson(await this.reading.requireContent(actor, found, LessonNotFound));
  }

  /** In teaching order. @throws CourseNotFound; Forbidden for the archive */
  async ofCourse(courseId: number, actor: Actor, query: LessonQuery): Promise<Page<LessonSummary>> {
    const { cursor, limit, archived, withTotal } = query;
    const [order, id] = inOrder.read(cursor) ?? [0, 0];
    const drafts = seesEverything(actor, await this.standing(courseId, actor));
    if (archived && !drafts) throw new Forbidden('Only the teacher of the course sees its archive.');
    const state = archived ? 'IS NOT NULL' : 'IS NULL';
    const lessons = `FROM courses_lesson l
       WHERE l.course_id = $1 AND l.archived_at ${state} ${drafts ? '' : 'AND l.is_published'}`;
    const rows = await this.database.rows(
      lessonSummaryShape,
      `SELECT ${lessonSummaryColumns} ${lessons} AND (l."order", l.id) > ($2, $3) ORDER BY l."order", l.id LIMIT $4`,
      [courseId, order, id, limit + 1],
    );
    const counted = withTotal
      ? await this.database.row({ total: int }, `SELECT count(*) AS total ${lessons}`, [courseId])
      : undefined;
    return toPage(rows, limit, (last) => inOrder.after(last.order, last.id), showLessonSummary, counted?.total);
  }

  private async standing(courseId: number, actor: Actor) {
    const sql = `SELECT ${standingOf.course} FROM courses_course c WHERE c.id = $1`;
    return this.reading.requireCourse(actor, await this.database.row(standingShape, sql, [courseId]));
  }
}
