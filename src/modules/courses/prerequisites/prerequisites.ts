import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { insertRows, placeholders } from '../../../platform/database/insert-rows';
import { requireVersion } from '../../../platform/http/etag';
import { ValidationFailed } from '../../../platform/http/problems/http.errors';
import { Clock } from '../../../platform/time/clock';
import { CourseEditing } from '../course-editing';
import { Course } from '../course/course.entity';
import { PrerequisiteCycle } from '../courses.errors';
import { canSeeUnpublished } from '../courses.policy';
import { findCycleThrough, type Edge } from './prerequisite-graph';

/**
 * The key of the advisory lock for the whole prerequisite graph. The lock is needed because two concurrent requests can add
 * edges that form a cycle together although the requests share no row. The number has no meaning; it must differ from every
 * other lock key of the project.
 */
const prerequisiteGraphLock = 2_001;
const prerequisitesTable = 'courses_course_prerequisites';
const candidate = columnsOf(Course, ['id', 'teacherId', 'isPublished']);

/** Sets which courses a student must complete before enrolling (rule 6). Students who are enrolled already keep their access. */
@Injectable()
export class Prerequisites {
  constructor(
    private readonly database: Database,
    private readonly editing: CourseEditing,
    private readonly clock: Clock,
  ) {}

  /** @throws PrerequisiteCycle; ValidationFailed for courses that the actor cannot see or that are archived */
  async replace(actor: Actor, courseId: number, required: number[], expectedVersion: number | null): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.lockKey(prerequisiteGraphLock);
      const { version } = await this.editing.lockCourse(actor, courseId);
      requireVersion(expectedVersion, version);
      await this.requireUsable(actor, courseId, required);
      const reachableEdges = await this.findReachableEdges(required);
      const path = findCycleThrough(courseId, required, reachableEdges);
      if (path) throw new PrerequisiteCycle(`The cycle would be ${path.join(' → ')}.`, { members: { path } });
      await this.write(courseId, required);
      const changes = { version: version + 1, updatedAt: this.clock.now() };
      await this.database.repository(Course).update({ id: courseId }, changes);
    });
  }

  /** Also locks the required courses, so that none is deleted before its edge is written. */
  private async requireUsable(actor: Actor, courseId: number, required: number[]): Promise<void> {
    const otherIds = required.filter((id) => id !== courseId);
    if (otherIds.length === 0) return;
    const rows = await this.database.rows(
      candidate.shape,
      `SELECT ${candidate.columns()} FROM courses_course
       WHERE id IN (${placeholders(otherIds.length)}) AND archived_at IS NULL
       ORDER BY id${this.database.dialect.forUpdate()}`,
      otherIds,
    );
    const usableCourses = rows.filter((row) => row.isPublished || canSeeUnpublished(actor, row));
    const usableIds = usableCourses.map(({ id }) => id);
    const errors = [...required.entries()]
      .filter(([, id]) => id !== courseId && !usableIds.includes(id))
      .map(([index]) => ({ pointer: `/body/courseIds/${index}`, message: 'There is no such course', rule: 'exists' }));
    if (errors.length > 0) throw new ValidationFailed(errors);
  }

  private async findReachableEdges(required: number[]): Promise<Edge[]> {
    if (required.length === 0) return [];
    return this.database.rows(
      { from: int, to: int },
      `WITH RECURSIVE reachable (from_id, to_id) AS (
         SELECT from_course_id, to_course_id FROM ${prerequisitesTable} WHERE from_course_id IN (${placeholders(required.length)})
         UNION
         SELECT p.from_course_id, p.to_course_id FROM ${prerequisitesTable} p JOIN reachable r ON p.from_course_id = r.to_id
       )
       SELECT from_id AS "from", to_id AS "to" FROM reachable ORDER BY from_id, to_id`,
      required,
    );
  }

  private async write(courseId: number, required: number[]): Promise<void> {
    const exceptRequiredSql =
      required.length > 0 ? `AND to_course_id NOT IN (${placeholders(required.length, 2)})` : '';
    await this.database.run(`DELETE FROM ${prerequisitesTable} WHERE from_course_id = $1 ${exceptRequiredSql}`, [
      courseId,
      ...required,
    ]);
    const edges = required.map((id) => [courseId, id]);
    const conflictSql = 'ON CONFLICT (from_course_id, to_course_id) DO NOTHING';
    await insertRows(this.database, prerequisitesTable, ['from_course_id', 'to_course_id'], edges, conflictSql);
  }
}
