import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { LearnerLookup, type LearnerRecords } from './learner-lookup';

export const Removal = z
  .strictObject({
    outcome: z.enum(['archived', 'deleted']).meta({
      description:
        '`archived`: learner data refers to it, so it is kept and can be restored. `deleted`: it cannot be restored.',
    }),
  })
  .meta({ id: 'Removal', examples: [{ outcome: 'archived' }] });
export type Removal = z.output<typeof Removal>;

/** The rows that learner data can refer to: tables with the column that holds the id; the first table is deleted from. */
const rowsToLock = {
  existForCourse: [['courses_course', 'id']],
  existForLesson: [
    ['courses_lesson', 'id'],
    ['courses_exercise', 'lesson_id'],
  ],
  existForExercise: [['courses_exercise', 'id']],
} satisfies Record<keyof LearnerRecords, [string, string][]>;

/** Deletes courses, lessons and exercises that no learner data refers to (rule 4). */
@Injectable()
export class Deletion {
  constructor(
    private readonly database: Database,
    private readonly learners: LearnerLookup,
  ) {}

  /**
   * Deletes the object with what it owns, unless learner data refers to it or another transaction is just writing such data.
   * @returns whether the object was deleted
   */
  async deleteUnlessUsed(check: keyof LearnerRecords, id: number): Promise<boolean> {
    for (const [table, column] of rowsToLock[check]) if (!(await this.lockAll(table, column, id))) return false;
    if (await this.learners.hasRecords(check, id)) return false;
    const [[table]] = rowsToLock[check] as [[string, string]];
    await this.database.run(`DELETE FROM ${table} WHERE id = $1`, [id]);
    return true;
  }

  /**
   * A transaction that writes learner data holds a foreign-key lock on the row it refers to, and until its commit no query
   * sees its data. A DELETE would wait for that commit and then delete the data too. So rows that another transaction has
   * locked are skipped here, and one skipped row means that the object is in use.
   */
  private async lockAll(table: string, column: string, id: number): Promise<boolean> {
    const fromSql = `FROM ${table} WHERE ${column} = $1`;
    const lockSql = `SELECT id ${fromSql}${this.database.dialect.skipLocked}`;
    const locked = await this.database.rows({ id: int }, lockSql, [id]);
    const all = await this.database.row({ count: int }, `SELECT count(*) AS count ${fromSql}`, [id]);
    return locked.length === all?.count;
  }
}
