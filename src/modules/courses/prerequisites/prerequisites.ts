import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { bool, int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { insertRows, placeholders } from '../../../platform/database/insert-rows';
import { requireVersion } from '../../../platform/http/etag';
import { ValidationFailed } from '../../../platform/http/http.errors';
import { Clock } from '../../../platform/time/clock';
import { Authoring } from '../authoring';
import { Course } from '../course/course.entity';
import { PrerequisiteCycle } from '../courses.errors';
import { seesEverything } from '../courses.policy';
import { cycleThrough, type Edge } from './prerequisite-graph';

/**
 * One key for the whole graph: two edges that close a cycle together may lie anywhere in it, and share no row. The number
 * means nothing but has to be unlike every other key of the project.
 */
const prerequisiteGraph = 2_001;
const table = 'courses_course_prerequisites';

/** Which courses are to be completed before this one (rule 6). Existing enrolments are not locked again. */
@Injectable()
export class Prerequisites {
  constructor(
    private readonly database: Database,
    private readonly authoring: Authoring,
    private readonly clock: Clock,
  ) {}

  /** Replaces the set. @throws PrerequisiteCycle; ValidationFailed for courses the actor cannot see or that are archived */
  async replace(actor: Actor, courseId: number, required: number[], expected: number | null): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.lockKey(prerequisiteGraph);
      const { version } = await this.authoring.course(actor, courseId);
      requireVersion(expected, version);
      await this.requireUsable(actor, courseId, required);
      const path = cycleThrough(courseId, required, await this.reachableFrom(required));
      if (path) throw new PrerequisiteCycle(`The way back: ${path.join(' → ')}.`, { members: { path } });
      await this.write(courseId, required);
      await this.database
        .repository(Course)
        .update({ id: courseId }, { version: version + 1, updatedAt: this.clock.now() });
    });
  }

  /** Takes them too, so that none is deleted before the edge to it is written. */
  private async requireUsable(actor: Actor, courseId: number, required: number[]): Promise<void> {
    const others = required.filter((id) => id !== courseId);
    if (others.length === 0) return;
    const rows = await this.database.rows(
      { id: int, teacherId: int, isPublished: bool },
      `SELECT id, teacher_id AS "teacherId", is_published AS "isPublished" FROM courses_course
       WHERE id IN (${placeholders(others.length)}) AND archived_at IS NULL
       ORDER BY id${this.database.dialect.forUpdate()}`,
      others,
    );
    const usable = rows.filter((row) => row.isPublished || seesEverything(actor, row)).map(({ id }) => id);
    const errors = [...required.entries()]
      .filter(([, id]) => id !== courseId && !usable.includes(id))
      .map(([at]) => ({ pointer: `/body/courseIds/${at}`, message: 'There is no such course' }));
    if (errors.length > 0) throw new ValidationFailed(errors);
  }

  private async reachableFrom(required: number[]): Promise<Edge[]> {
    if (required.length === 0) return [];
    return this.database.rows(
      { from: int, to: int },
      `WITH RECURSIVE reachable (from_id, to_id) AS (
         SELECT from_course_id, to_course_id FROM ${table} WHERE from_course_id IN (${placeholders(required.length)})
         UNION
         SELECT p.from_course_id, p.to_course_id FROM ${table} p JOIN reachable r ON p.from_course_id = r.to_id
       )
       SELECT from_id AS "from", to_id AS "to" FROM reachable ORDER BY from_id, to_id`,
      required,
    );
  }

  private async write(courseId: number, required: number[]): Promise<void> {
    const kept = required.length > 0 ? `AND to_course_id NOT IN (${placeholders(required.length, 2)})` : '';
    await this.database.run(`DELETE FROM ${table} WHERE from_course_id = $1 ${kept}`, [courseId, ...required]);
    const edges = required.map((id) => [courseId, id]);
    const suffix = 'ON CONFLICT (from_course_id, to_course_id) DO NOTHING';
    await insertRows(this.database, table, ['from_course_id', 'to_course_id'], edges, suffix);
  }
}
