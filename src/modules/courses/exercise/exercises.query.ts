import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Actor } from '../../../platform/auth/actor';
import { int, jsonOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { ExerciseNotFound, LessonNotFound } from '../courses.errors';
import { requireAuthor, canSeeUnpublished } from '../courses.policy';
import { showExercise, type Exercise, type ExerciseAnswerKey, type ExerciseQuery } from './exercise.dto';
import { exerciseColumns, exerciseShape } from './exercise.rows';
import type { AnswerKey } from './quiz';
import { CourseAccess, accessColumns, accessShape } from '../course-access';

const idCursor = keyset('exercises:order', [z.int()]);
const exerciseWithCourseSql = `courses_exercise e JOIN courses_lesson l ON l.id = e.lesson_id
       JOIN courses_course c ON c.id = l.course_id WHERE e.id = $1`;

/** Reads exercises without their answer keys. Only `getAnswerKey` returns a key. */
@Injectable()
export class ExerciseReader {
  constructor(
    private readonly database: Database,
    private readonly access: CourseAccess,
  ) {}

  /** @throws ExerciseNotFound, EnrollmentRequired */
  async get(id: number, actor: Actor): Promise<Exercise> {
    const found = await this.database.row(
      { ...exerciseShape, ...accessShape },
      `SELECT ${exerciseColumns}, ${accessColumns.exercise} FROM ${exerciseWithCourseSql}`,
      [id],
    );
    return showExercise(await this.access.requireContent(actor, found, ExerciseNotFound));
  }

  /** The exercise that was created first comes first. @throws LessonNotFound, EnrollmentRequired; Forbidden for the archive */
  async listOfLesson(lessonId: number, actor: Actor, query: ExerciseQuery): Promise<Page<Exercise>> {
    const { cursor, limit, archived, withTotal } = query;
    const [after] = idCursor.read(cursor) ?? [0];
    const canSeeArchive = canSeeUnpublished(actor, await this.requireLesson(lessonId, actor));
    if (archived && !canSeeArchive)
      throw new Forbidden('Only the teacher of the course and administrators can list archived exercises.');
    const fromSql = `FROM courses_exercise e
       WHERE e.lesson_id = $1 AND e.archived_at ${archived ? 'IS NOT NULL' : 'IS NULL'}`;
    const rows = await this.database.rows(
      exerciseShape,
      `SELECT ${exerciseColumns} ${fromSql} AND e.id > $2 ORDER BY e.id LIMIT $3`,
      [lessonId, after, limit + 1],
    );
    const counted = withTotal
      ? await this.database.row({ total: int }, `SELECT count(*) AS total ${fromSql}`, [lessonId])
      : undefined;
    return toPage(rows, limit, ({ id }) => idCursor.after(id), showExercise, counted?.total);
  }

  /** No other method returns an answer key. @throws ExerciseNotFound, Forbidden, TeacherNotApproved */
  async getAnswerKey(id: number, actor: Actor): Promise<ExerciseAnswerKey> {
    const found = await this.database.row(
      { ...accessShape, answerKey: jsonOf<AnswerKey>(), version: int },
      `SELECT e.answer_key AS "answerKey", e.version, ${accessColumns.exercise} FROM ${exerciseWithCourseSql}`,
      [id],
    );
    if (!found) throw new ExerciseNotFound();
    requireAuthor(actor, { ...found, isVisible: found.isOpen && found.isLive }, ExerciseNotFound);
    return { exerciseId: id, answerKey: found.answerKey, version: found.version };
  }

  private async requireLesson(lessonId: number, actor: Actor) {
    const fromSql = 'FROM courses_lesson l JOIN courses_course c ON c.id = l.course_id WHERE l.id = $1';
    const found = await this.database.row(accessShape, `SELECT ${accessColumns.lesson} ${fromSql}`, [lessonId]);
    return this.access.requireContent(actor, found, LessonNotFound);
  }
}
