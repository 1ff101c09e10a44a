import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Actor } from '../../../platform/auth/actor';
import { int, jsonOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { ExerciseNotFound, LessonNotFound } from '../courses.errors';
import { requireAuthor, seesEverything } from '../courses.policy';
import { showExercise, type Exercise, type ExerciseAnswerKey, type ExerciseQuery } from './exercise.dto';
import { exerciseColumns, exerciseShape } from './exercise.rows';
import type { AnswerKey } from './quiz';
import { Reading, standingOf, standingShape } from '../course-access';

const inOrder = keyset('exercises:order', [z.int()]);
const withCourse = `courses_exercise e JOIN courses_lesson l ON l.id = e.lesson_id
       JOIN courses_course c ON c.id = l.course_id WHERE e.id = $1`;

/** Exercises without their keys; a key alone, for those who wrote it. */
@Injectable()
export class ExercisePages {
  constructor(
    private readonly database: Database,
    private readonly reading: Reading,
  ) {}

  /** @throws ExerciseNotFound, EnrollmentRequired */
  async one(id: number, actor: Actor): Promise<Exercise> {
    const found = await this.database.row(
      { ...exerciseShape, ...standingShape },
      `SELECT ${exerciseColumns}, ${standingOf.exercise} FROM ${withCourse}`,
      [id],
    );
    return showExercise(await this.reading.requireContent(actor, found, ExerciseNotFound));
  }

  /** In the order they were made. @throws LessonNotFound, EnrollmentRequired; Forbidden for the archive */
  async ofLesson(lessonId: number, actor: Actor, query: ExerciseQuery): Promise<Page<Exercise>> {
    const { cursor, limit, archived, withTotal } = query;
    const [after] = inOrder.read(cursor) ?? [0];
    const drafts = seesEverything(actor, await this.standing(lessonId, actor));
    if (archived && !drafts) throw new Forbidden('Only the teacher of the course sees its archive.');
    const exercises = `FROM courses_exercise e
       WHERE e.lesson_id = $1 AND e.archived_at ${archived ? 'IS NOT NULL' : 'IS NULL'}`;
    const rows = await this.database.rows(
      exerciseShape,
      `SELECT ${exerciseColumns} ${exercises} AND e.id > $2 ORDER BY e.id LIMIT $3`,
      [lessonId, after, limit + 1],
    );
    const counted = withTotal
      ? await this.database.row({ total: int }, `SELECT count(*) AS total ${exercises}`, [lessonId])
      : undefined;
    return toPage(rows, limit, ({ id }) => inOrder.after(id), showExercise, counted?.total);
  }

  /** The only way out for a key. @throws ExerciseNotFound, Forbidden, TeacherNotApproved */
  async answerKey(id: number, actor: Actor): Promise<ExerciseAnswerKey> {
    const found = await this.database.row(
      { ...standingShape, answerKey: jsonOf<AnswerKey>(), version: int },
      `SELECT e.answer_key AS "answerKey", e.version, ${standingOf.exercise} FROM ${withCourse}`,
      [id],
    );
    if (!found) throw new ExerciseNotFound();
    requireAuthor(actor, { ...found, visible: found.open && found.live }, ExerciseNotFound);
    return { exerciseId: id, answerKey: found.answerKey, version: found.version };
  }

  private async standing(lessonId: number, actor: Actor) {
    const from = 'FROM courses_lesson l JOIN courses_course c ON c.id = l.course_id WHERE l.id = $1';
    const found = await this.database.row(standingShape, `SELECT ${standingOf.lesson} ${from}`, [lessonId]);
    return this.reading.requireContent(actor, found, LessonNotFound);
  }
}
