import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { Files } from '../../platform/files/files';
import { lessonThing, materialPurpose } from './materials/material-files';
import { LearnerLookup, type LearnerRecords } from './learners/learner-lookup';
import { namedEnum } from '../../platform/http/named-enum';

export const Removal = z
  .strictObject({
    status: namedEnum('RemovalStatus', ['archived', 'deleted']).meta({
      description:
        '`archived`: learner data refers to the object, so the object is kept and can be restored. `deleted`: the object cannot be restored.',
    }),
  })
  .meta({ id: 'Removal', examples: [{ status: 'archived' }] });
export type Removal = z.output<typeof Removal>;

/** The tables that learner data can refer to, with the column that holds the id. The row in the first table is deleted. */
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
    private readonly files: Files,
  ) {}

  /**
   * Deletes the object with its lessons and exercises, unless learner data refers to it or another transaction is just writing such data.
   * @returns whether the object was deleted
   */
  async deleteUnlessUsed(check: keyof LearnerRecords, id: number): Promise<boolean> {
    for (const [table, column] of rowsToLock[check]) {
      const areAllLocked = await this.lockAll(table, column, id);
      if (!areAllLocked) return false;
    }
    if (await this.learners.hasRecords(check, id)) return false;
    if (check !== 'existForExercise') await this.detachMaterials(check === 'existForCourse' ? 'course_id' : 'id', id);
    const [[table]] = rowsToLock[check] as [[string, string]];
    await this.database.run(`DELETE FROM ${table} WHERE id = $1`, [id]);
    return true;
  }

  private async detachMaterials(column: 'id' | 'course_id', id: number): Promise<void> {
    const sql = `SELECT id FROM courses_lesson WHERE ${column} = $1 AND materials <> '[]'`;
    for (const lesson of await this.database.rows({ id: int }, sql, [id]))
      await this.files.detach(materialPurpose, lessonThing(lesson.id));
  }

  /**
   * Locks the rows, and returns false if another transaction has locked one of them. Such a transaction may be writing learner
   * data, which holds a foreign-key lock on the row and is not visible before the commit. A DELETE would wait for the commit
   * and then delete the learner data too.
   */
  private async lockAll(table: string, column: string, id: number): Promise<boolean> {
    const fromSql = `FROM ${table} WHERE ${column} = $1`;
    const lockSql = `SELECT id ${fromSql}${this.database.dialect.skipLocked}`;
    const locked = await this.database.rows({ id: int }, lockSql, [id]);
    const total = await this.database.row({ count: int }, `SELECT count(*) AS count ${fromSql}`, [id]);
    return locked.length === total?.count;
  }
}
