import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { Learners, type LearnerTraces } from './learner-lookup';

export const Removal = z
  .strictObject({
    outcome: z.enum(['archived', 'deleted']).meta({
      description: '`archived`: learner data hangs on it, so it is kept and can be restored. `deleted`: it is gone.',
    }),
  })
  .meta({ id: 'Removal', examples: [{ outcome: 'archived' }] });
export type Removal = z.output<typeof Removal>;

const nouns = {
  ofCourse: [['courses_course', 'id']],
  ofLesson: [
    ['courses_lesson', 'id'],
    ['courses_exercise', 'lesson_id'],
  ],
  ofExercise: [['courses_exercise', 'id']],
} satisfies Record<keyof LearnerTraces, [string, string][]>;

/** Deletes what no learner has touched (rule 4). */
@Injectable()
export class Deletion {
  constructor(
    private readonly database: Database,
    private readonly learners: Learners,
  ) {}

  /**
   * Deletes it with what it owns, unless learners left, or are at this moment leaving, traces on it.
   * @returns whether it is gone
   */
  async attempt(on: keyof LearnerTraces, id: number): Promise<boolean> {
    for (const [table, column] of nouns[on]) if (!(await this.takeAll(table, column, id))) return false;
    if (await this.learners.leftTraces(on, id)) return false;
    const [[table]] = nouns[on] as [[string, string]];
    await this.database.run(`DELETE FROM ${table} WHERE id = $1`, [id]);
    return true;
  }

  /**
   * A learner's row that is being written holds a foreign-key lock on what it refers to; not yet committed, it shows in no
   * question. Deleting would wait for it, and then take it along. Rows that another transaction holds are passed over here.
   */
  private async takeAll(table: string, column: string, id: number): Promise<boolean> {
    const where = `FROM ${table} WHERE ${column} = $1`;
    const free = await this.database.rows({ id: int }, `SELECT id ${where}${this.database.dialect.skipLocked}`, [id]);
    const all = await this.database.row({ count: int }, `SELECT count(*) AS count ${where}`, [id]);
    return free.length === all?.count;
  }
}
