import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/auth/actor';
import { bool, int, type Row } from '../../platform/database/columns';
import type { DomainError } from '../../platform/errors/domain-error';
import { CourseNotFound, EnrollmentRequired } from './courses.errors';
import { canSeeUnpublished } from './courses.policy';
import { LearnerLookup } from './learners/learner-lookup';
import { courseIsOpenSql } from './course/open-course';

/**
 * `isOpen` says whether the course is open to students (open-course.ts). `isLive` says whether the lesson or exercise itself is
 * published and not archived; for a course, whether it is not archived.
 */
export const accessShape = { courseId: int, teacherId: int, isOpen: bool, isLive: bool };
type AccessState = Row<typeof accessShape>;

const courseColumnsSql = `c.id AS "courseId", c.teacher_id AS "teacherId", ${courseIsOpenSql('c')} AS "isOpen"`;
export const accessColumns = {
  course: `${courseColumnsSql}, c.archived_at IS NULL AS "isLive"`,
  lesson: `${courseColumnsSql}, l.is_published AND l.archived_at IS NULL AS "isLive"`,
  exercise: `${courseColumnsSql}, l.is_published AND l.archived_at IS NULL AND e.archived_at IS NULL AS "isLive"`,
};

/** Checks whether an actor may read a course, or the content of a lesson or exercise. */
@Injectable()
export class CourseAccess {
  constructor(private readonly learners: LearnerLookup) {}

  /** Everybody may read an open course. Only its authors and enrolled students may read another course. @throws CourseNotFound */
  async requireCourse(actor: Actor, state: AccessState | undefined): Promise<AccessState> {
    if (!state) throw new CourseNotFound();
    if (state.isOpen || canSeeUnpublished(actor, state)) return state;
    const isEnrolled = await this.learners.canRead(actor.id, state.courseId);
    if (!isEnrolled) throw new CourseNotFound();
    return state;
  }

  /**
   * Authors may read all content. Enrolled students may read live content. A statement finds out whether the actor is enrolled, unless
   * `isEnrolled` says so.
   * @throws the not-found error, EnrollmentRequired
   */
  async requireContent<State extends AccessState>(
    actor: Actor,
    state: State | undefined,
    NotFound: new () => DomainError,
    isEnrolled?: boolean,
  ): Promise<State> {
    if (!state) throw new NotFound();
    if (canSeeUnpublished(actor, state)) return state;
    if (!state.isLive) throw new NotFound();
    if (isEnrolled ?? (await this.learners.canRead(actor.id, state.courseId))) return state;
    throw state.isOpen ? new EnrollmentRequired() : new NotFound();
  }
}
