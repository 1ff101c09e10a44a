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

/**
 * The names of approved teachers are public. Approved teachers and administrators see all names. If this returns false, the
 * name is visible only to people who share a course (`NameVisibility`).
 */
export function isNameVisibleTo(viewer: Actor, person: { id: number; role: Role; isApproved: boolean }): boolean {
  const isViewerStaff = viewer.role !== 'student' && viewer.isApproved;
  const isPublicTeacher = person.role === 'teacher' && person.isApproved;
  return viewer.id === person.id || isViewerStaff || isPublicTeacher;
}

/** Only the owner and administrators may see an e-mail address. */
export const canSeeEmail = (actor: Actor, userId: number): boolean => actor.role === 'admin' || actor.id === userId;
