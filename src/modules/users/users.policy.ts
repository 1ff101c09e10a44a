import type { Actor } from '../../platform/auth/actor';
import { Forbidden } from '../../platform/errors/access.errors';
import type { Role } from './user.lists';

export function requireAdmin(actor: Actor): void {
  if (actor.role !== 'admin') throw new Forbidden('Only an administrator may do this.');
}

/** Administrators cannot approve, suspend or close their own account. */
export function requireAdminOverOthers(actor: Actor, userId: number): void {
  requireAdmin(actor);
  if (actor.id === userId) throw new Forbidden('Another administrator must decide about your account.');
}

/** People see all of themselves. Approved teachers and administrators see all of everybody, because they work with learners. */
export const seesEverybody = (viewer: Actor, personId: number): boolean =>
  viewer.id === personId || (viewer.role !== 'student' && viewer.isApproved);

/** The profiles of approved teachers are public. */
export const isPublicTeacher = (person: { role: Role; isApproved: boolean }): boolean =>
  person.role === 'teacher' && person.isApproved;

/** Only the owner and administrators may see an e-mail address. */
export const canSeeEmail = (actor: Actor, userId: number): boolean => actor.role === 'admin' || actor.id === userId;
