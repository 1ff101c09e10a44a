import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { bool, int, jsonOf, nullable, text, type Row, type Shape } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { RubricCriterion } from '../../courses';
import { areGradesHeldSql } from '../submissions/learner-exercises';
import { SubmissionNotFound } from '../submissions/submissions.errors';
import { requireReader } from '../submissions/submissions.policy';
import { PinNotFound } from './pins.errors';

const workShape = {
  submissionId: int,
  studentId: int,
  teacherId: int,
  exerciseTitle: text,
  rubric: nullable(jsonOf<RubricCriterion[]>()),
  /** True until the grades of the exercise are released. Then the student sees only what they wrote themselves. */
  isHeld: bool,
};
const workColumns = `w.id AS "submissionId", w.student_id AS "studentId", c.teacher_id AS "teacherId",
  x.title AS "exerciseTitle", x.rubric, (${areGradesHeldSql} AND w.status = 'pending') AS "isHeld"`;
const workTables = `courses_exercisesubmission w
  JOIN courses_exercise x ON x.id = w.exercise_id
  JOIN courses_lesson l ON l.id = x.lesson_id
  JOIN courses_course c ON c.id = l.course_id`;
const pinShape = { ...workShape, pinId: int, authorId: nullable(int) };

export type DiscussedWork = Row<typeof workShape>;
export type DiscussedPin = Row<typeof pinShape>;

/** The person of whom the actor sees everything while the grades are held: only themselves. Null: the actor sees everything. */
export const onlyAuthorOf = (actor: Actor, { isHeld, studentId }: DiscussedWork): number | null =>
  isHeld && actor.id === studentId ? actor.id : null;

/** Finds the work of a pin for those who may read it. A lock of the work counts pins and replies exactly. */
@Injectable()
export class DiscussedWorks {
  constructor(private readonly database: Database) {}

  /** @throws SubmissionNotFound */
  async get(actor: Actor, submissionId: number): Promise<DiscussedWork> {
    return this.require(
      actor,
      await this.find(workShape, `${workColumns} FROM ${workTables} WHERE w.id = $1`, submissionId),
    );
  }

  /** @throws SubmissionNotFound */
  async lock(actor: Actor, submissionId: number): Promise<DiscussedWork> {
    const sql = `${workColumns} FROM ${workTables} WHERE w.id = $1${this.database.dialect.forUpdate('w')}`;
    return this.require(actor, await this.find(workShape, sql, submissionId));
  }

  /** @throws PinNotFound */
  async lockPin(actor: Actor, pinId: number): Promise<DiscussedPin> {
    const pin = await this.find(
      pinShape,
      `${workColumns}, p.id AS "pinId", p.author_id AS "authorId" FROM ${workTables}
       JOIN progress_artwork a ON a.submission_id = w.id JOIN progress_pin p ON p.artwork_id = a.id
       WHERE p.id = $1${this.database.dialect.forUpdate('w, p')}`,
      pinId,
    );
    if (!pin || !canRead(actor, pin)) throw new PinNotFound();
    const onlyAuthor = onlyAuthorOf(actor, pin);
    if (onlyAuthor !== null && pin.authorId !== onlyAuthor) throw new PinNotFound();
    return pin;
  }

  private find<S extends Shape>(shape: S, selectSql: string, id: number): Promise<Row<S> | undefined> {
    return this.database.row(shape, `SELECT ${selectSql}`, [id]);
  }

  private require(actor: Actor, work: DiscussedWork | undefined): DiscussedWork {
    if (!work) throw new SubmissionNotFound();
    requireReader(actor, work);
    return work;
  }
}

function canRead(actor: Actor, work: DiscussedWork): boolean {
  try {
    requireReader(actor, work);
    return true;
  } catch (error) {
    if (error instanceof SubmissionNotFound) return false;
    throw error;
  }
}
