import type { Actor } from '../../platform/auth/actor';
import { Forbidden } from '../../platform/errors/access.errors';
import type { DomainError } from '../../platform/errors/domain-error';
import { TeacherNotApproved } from './courses.errors';

interface Taught {
  teacherId: number;
}

/** Sees what students do not: drafts and the archive. Also a teacher whose approval was taken away. */
export function seesEverything(actor: Actor, { teacherId }: Taught): boolean {
  return actor.role === 'admin' || (actor.role === 'teacher' && actor.id === teacherId);
}

/** Only approved teachers and administrators open courses. */
export function requireTeacher(actor: Actor): void {
  if (actor.role === 'student') throw new Forbidden('Only teachers and administrators create courses.');
  if (!actor.isApproved) throw new TeacherNotApproved();
}

/** The approved teacher of the course and administrators change it; to others it does not exist unless they can see it. */
export function requireAuthor(
  actor: Actor,
  course: Taught & { visible: boolean },
  missing: new () => DomainError,
): void {
  if (!seesEverything(actor, course))
    throw course.visible ? new Forbidden('Only the teacher of the course may do this.') : new missing();
  if (!actor.isApproved) throw new TeacherNotApproved();
}
