import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { requireVersion } from '../../../platform/http/etag';
import { Clock } from '../../../platform/time/clock';
import { CourseEditing } from '../course-editing';
import { LimitReached, RubricNotFound } from '../courses.errors';
import { requireTeacher } from '../courses.policy';
import { Exercise } from '../exercise/exercise.entity';
import { RubricRow } from './rubric.entity';
import type { NewRubric, RubricChanges } from './rubrics.dto';

const columns = columnsOf(RubricRow).without('ownerId');
export type OwnRubric = Row<typeof columns.shape>;

export const maxRubrics = 200;

/** The rubrics of a teacher, which nobody else sees, and their use in exercises. */
@Injectable()
export class Rubrics {
  constructor(
    private readonly database: Database,
    private readonly editing: CourseEditing,
    private readonly clock: Clock,
  ) {}

  list(ownerId: number, beforeId: number, count: number): Promise<OwnRubric[]> {
    return this.database.rows(
      columns.shape,
      `SELECT ${columns.columns()} FROM courses_rubric WHERE owner_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
      [ownerId, beforeId, count],
    );
  }

  async count(ownerId: number): Promise<number> {
    const sql = 'SELECT count(*) AS total FROM courses_rubric WHERE owner_id = $1';
    return (await this.database.row({ total: int }, sql, [ownerId]))!.total;
  }

  /** @throws RubricNotFound, also for the rubric of somebody else */
  async get(ownerId: number, id: number): Promise<OwnRubric> {
    const sql = `SELECT ${columns.columns()} FROM courses_rubric WHERE id = $1 AND owner_id = $2`;
    const rubric = await this.database.row(columns.shape, sql, [id, ownerId]);
    if (!rubric) throw new RubricNotFound();
    return rubric;
  }

  /** @throws Forbidden, TeacherNotApproved, LimitReached */
  async create(actor: Actor, { title, criteria }: NewRubric): Promise<OwnRubric> {
    requireTeacher(actor);
    return this.database.transaction(async () => {
      const now = this.clock.now();
      const created = await this.database.row(
        columns.shape,
        `INSERT INTO courses_rubric (owner_id, title, criteria, created_at, updated_at)
         SELECT CAST($1 AS bigint), $2, $3, $4, $4
         WHERE (SELECT count(*) FROM courses_rubric WHERE owner_id = $1) < ${maxRubrics}
         RETURNING ${columns.columns()}`,
        [actor.id, title, criteria, now],
      );
      if (!created) throw new LimitReached(`A person can have at most ${maxRubrics} rubrics.`);
      return created;
    });
  }

  /** Exercises keep the copy that they have. @throws RubricNotFound, PreconditionFailed */
  async change(actor: Actor, id: number, changes: RubricChanges, expectedVersion: number | null): Promise<OwnRubric> {
    return this.database.transaction(async () => {
      const before = await this.get(actor.id, id);
      requireVersion(expectedVersion, before.version);
      const { title, criteria } = { ...before, ...changes };
      const changed = await this.database.row(
        columns.shape,
        `UPDATE courses_rubric SET title = $3, criteria = $4, updated_at = $5, version = version + 1
         WHERE id = $1 AND version = $2 RETURNING ${columns.columns()}`,
        [id, before.version, title, criteria, this.clock.now()],
      );
      if (!changed) throw new RubricNotFound();
      return changed;
    });
  }

  /** @throws RubricNotFound */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.database.transaction(async () => {
      await this.get(actor.id, id);
      await this.database.run('DELETE FROM courses_rubric WHERE id = $1', [id]);
    });
  }

  /**
   * Copies the criteria into the exercise; null takes them away. A grade that was given keeps what was chosen for it.
   * @throws ExerciseNotFound, Forbidden, TeacherNotApproved, IsArchived, RubricNotFound
   */
  async use(actor: Actor, exerciseId: number, rubricId: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const exercise = await this.editing.lockExercise(actor, exerciseId);
      const rubric = rubricId === null ? null : (await this.get(actor.id, rubricId)).criteria;
      const versions = { version: exercise.version + 1, updatedAt: this.clock.now() };
      await this.database.repository(Exercise).update({ id: exerciseId }, { rubric, ...versions });
    });
  }
}
