import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/auth/actor';
import { bool, int, type Row } from '../../platform/database/columns';
import type { DomainError } from '../../platform/errors/domain-error';
import { CourseNotFound, EnrollmentRequired } from './courses.errors';
import { canSeeUnpublished } from './courses.policy';
import { LearnerLookup } from './learner-lookup';
import { courseIsOpen } from './course/open-course';

/**
 * `isOpen`: the course is open to students (open-course.ts). `isLive`: the object itself is published and not archived (a
 * course: not archived).
 */
export const accessShape = { courseId: int, teacherId: int, isOpen: bool, isLive: bool };
export type AccessState = Row<typeof accessShape>;

const courseColumnsSql = `c.id AS "courseId", c.teacher_id AS "teacherId", ${courseIsOpen('c')} AS "isOpen"`;
export const accessColumns = {
  course: `${courseColumnsSql}, c.archived_at IS NULL AS "isLive"`,
  lesson: `${courseColumnsSql}, l.is_published AND l.archived_at IS NULL AS "isLive"`,
  exercise: `${courseColumnsSql}, l.is_published AND l.archived_at IS NULL AND e.archived_at IS NULL AS "isLive"`,
};

/** Checks whether an actor may read a course, or the content of a lesson or exercise. */
@Injectable()
export class CourseAccess {
  constructor(private readonly learners: LearnerLookup) {}

  /** Everybody may read an open course; other courses only their authors and enrolled students. @throws CourseNotFound */
  async requireCourse(actor: Actor, state: AccessState | undefined): Promise<AccessState> {
    if (!state) throw new CourseNotFound();
    const isVisible = state.isOpen || canSeeUnpublished(actor, state);
    if (!isVisible && !(await this.learners.mayRead(actor.id, state.courseId))) throw new CourseNotFound();
    return state;
  }

  /** Authors may read all content; enrolled students only what is live. @throws the not-found error, EnrollmentRequired */
  async requireContent<S extends AccessState>(
    actor: Actor,
    state: S | undefined,
    NotFound: new () => DomainError,
  ): Promise<S> {
    if (!state) throw new NotFound();
    if (canSeeUnpublished(actor, state)) return state;
    if (!state.isLive) throw new NotFound();
    if (await this.learners.mayRead(actor.id, state.courseId)) return state;
    throw state.isOpen ? new EnrollmentRequired() : new NotFound();
  }
}
