import type { Actor } from '../../platform/auth/actor';
import { Forbidden } from '../../platform/errors/access.errors';
import type { DomainError } from '../../platform/errors/domain-error';
import { TeacherNotApproved } from './courses.errors';

interface CourseOwner {
  teacherId: number;
}

/** Whether the actor sees drafts and archived objects. A teacher whose approval was withdrawn still sees them. */
export function canSeeUnpublished(actor: Actor, { teacherId }: CourseOwner): boolean {
  return actor.role === 'admin' || (actor.role === 'teacher' && actor.id === teacherId);
}

/** Only approved teachers and administrators may create courses. */
export function requireTeacher(actor: Actor): void {
  if (actor.role === 'student') throw new Forbidden('Only teachers and administrators can create courses.');
  if (!actor.isApproved) throw new TeacherNotApproved();
}

/**
 * Only the teacher of the course, if approved, and administrators may change it. Other people get Forbidden if they can see
 * the object, and the not-found error otherwise, so that they do not learn that the object exists.
 */
export function requireAuthor(
  actor: Actor,
  course: CourseOwner & { isVisible: boolean },
  NotFound: new () => DomainError,
): void {
  if (!canSeeUnpublished(actor, course)) {
    if (course.isVisible) throw new Forbidden('Only the teacher of the course may do this.');
    throw new NotFound();
  }
  if (!actor.isApproved) throw new TeacherNotApproved();
}
