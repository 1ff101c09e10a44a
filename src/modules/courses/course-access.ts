import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/auth/actor';
import { bool, int, type Row } from '../../platform/database/columns';
import type { DomainError } from '../../platform/errors/domain-error';
import { CourseNotFound, EnrollmentRequired } from './courses.errors';
import { seesEverything } from './courses.policy';
import { Learners } from './learner-lookup';
import { courseIsOpen } from './course/open-course';

/** Where a noun stands: `open` says that its course is open (open-course.ts), `live` the same of the noun itself. */
export const standingShape = { courseId: int, teacherId: int, open: bool, live: bool };
export type Standing = Row<typeof standingShape>;

const course = `c.id AS "courseId", c.teacher_id AS "teacherId", ${courseIsOpen('c')} AS open`;
export const standingOf = {
  course: `${course}, c.archived_at IS NULL AS live`,
  lesson: `${course}, l.is_published AND l.archived_at IS NULL AS live`,
  exercise: `${course}, l.is_published AND l.archived_at IS NULL AND e.archived_at IS NULL AS live`,
};

/** Who may read what, of that which is not open to everybody. */
@Injectable()
export class Reading {
  constructor(private readonly learners: Learners) {}

  /** The table of contents: open courses to everybody; others to their authors and to those who are enrolled. */
  async requireCourse(actor: Actor, standing: Standing | undefined): Promise<Standing> {
    if (!standing) throw new CourseNotFound();
    const visible = standing.open || seesEverything(actor, standing);
    if (!visible && !(await this.learners.mayRead(actor.id, standing.courseId))) throw new CourseNotFound();
    return standing;
  }

  /** The content: to authors, and to those who are enrolled what is live. */
  async requireContent<S extends Standing>(
    actor: Actor,
    standing: S | undefined,
    missing: new () => DomainError,
  ): Promise<S> {
    if (!standing) throw new missing();
    if (seesEverything(actor, standing)) return standing;
    if (!standing.live) throw new missing();
    if (await this.learners.mayRead(actor.id, standing.courseId)) return standing;
    throw standing.open ? new EnrollmentRequired() : new missing();
  }
}
