import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { ExerciseNotFound, LessonNotFound } from '../courses.errors';
import { requireAuthor, canSeeUnpublished } from '../courses.policy';
import { Clock } from '../../../platform/time/clock';
import { LearnerLookup } from '../learners/learner-lookup';
import {
  showExercise,
  type Exercise,
  type ExerciseAnswerKey,
  type ExerciseQuery,
  type ExerciseStates,
} from './exercise.dto';
import { exerciseColumns, exerciseShape, type ExerciseRow } from './exercise.rows';
import { answerKeyOf } from './option-ids';
import { contentFor } from './questions/item-order';
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
    private readonly learners: LearnerLookup,
    private readonly clock: Clock,
  ) {}

  /** @throws ExerciseNotFound, EnrollmentRequired */
  async get(id: number, actor: Actor): Promise<Exercise> {
    const exercise = await this.database.row(
      { ...exerciseShape, ...accessShape },
      `SELECT ${exerciseColumns}, ${accessColumns.exercise} FROM ${exerciseWithCourseSql}`,
      [id],
    );
    const row = await this.access.requireContent(actor, exercise, ExerciseNotFound);
    return this.show(row, actor, await this.findStates(actor, [row]));
  }

  /** Lists all exercises of a lesson that the actor may read. The caller has checked that. */
  async listAllOfLesson(lessonId: number, actor: Actor): Promise<Exercise[]> {
    const rows = await this.database.rows(
      exerciseShape,
      `SELECT ${exerciseColumns} FROM courses_exercise e WHERE e.lesson_id = $1 AND e.archived_at IS NULL ORDER BY e.id`,
      [lessonId],
    );
    const states = await this.findStates(actor, rows);
    return rows.map((row) => this.show(row, actor, states));
  }

  /** Lists the exercises of a lesson, oldest first. @throws LessonNotFound, EnrollmentRequired; Forbidden for the archive */
  async listOfLesson(lessonId: number, actor: Actor, query: ExerciseQuery): Promise<Page<Exercise>> {
    const { cursor, limit, isArchived, withTotal } = query;
    const [afterId] = idCursor.read(cursor) ?? [0];
    const lesson = await this.requireLesson(lessonId, actor);
    if (isArchived && !canSeeUnpublished(actor, lesson))
      throw new Forbidden('Only the teacher of the course and administrators can list archived exercises.');
    const fromSql = `FROM courses_exercise e
       WHERE e.lesson_id = $1 AND e.archived_at ${isArchived ? 'IS NOT NULL' : 'IS NULL'}`;
    const rows = await this.database.rows(
      exerciseShape,
      `SELECT ${exerciseColumns} ${fromSql} AND e.id > $2 ORDER BY e.id LIMIT $3`,
      [lessonId, afterId, limit + 1],
    );
    const countSql = `SELECT count(*) AS total ${fromSql}`;
    const counted = withTotal ? await this.database.row({ total: int }, countSql, [lessonId]) : undefined;
    const states = await this.findStates(actor, rows);
    const show = (row: ExerciseRow) => this.show(row, actor, states);
    return toPage(rows, limit, ({ id }) => idCursor.after(id), show, counted?.total);
  }

  /** No other method returns an answer key. @throws ExerciseNotFound, Forbidden, TeacherNotApproved */
  async getAnswerKey(id: number, actor: Actor): Promise<ExerciseAnswerKey> {
    const exercise = await this.database.row(
      { ...accessShape, answerKey: answerKeyOf, version: int },
      `SELECT e.answer_key AS "answerKey", e.version, ${accessColumns.exercise} FROM ${exerciseWithCourseSql}`,
      [id],
    );
    if (!exercise) throw new ExerciseNotFound();
    requireAuthor(actor, { ...exercise, isVisible: exercise.isOpen && exercise.isLive }, ExerciseNotFound);
    return { exerciseId: id, answerKey: exercise.answerKey, version: exercise.version };
  }

  /** A teacher sees the options in the stored order, because saving the exercise would store another one. */
  private show(row: ExerciseRow, actor: Actor, states: ExerciseStates): Exercise {
    const content = actor.role === 'student' ? contentFor(actor.id, row.content) : row.content;
    return showExercise({ ...row, content }, states, this.clock.now());
  }

  /** Sends one statement, and none without exercises. */
  private async findStates(actor: Actor, exercises: readonly ExerciseRow[]): Promise<ExerciseStates> {
    const ids = exercises.map(({ id }) => id);
    return ids.length === 0 ? new Map() : this.learners.states?.ofExercises(actor.id, ids);
  }

  private async requireLesson(lessonId: number, actor: Actor) {
    const fromSql = 'FROM courses_lesson l JOIN courses_course c ON c.id = l.course_id WHERE l.id = $1';
    const lesson = await this.database.row(accessShape, `SELECT ${accessColumns.lesson} ${fromSql}`, [lessonId]);
    return this.access.requireContent(actor, lesson, LessonNotFound);
  }
}
