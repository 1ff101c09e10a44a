import type { Actor } from '../../platform/auth/actor';
import { Forbidden } from '../../platform/errors/access.errors';
import type { Role } from './user.lists';

export function requireAdmin(actor: Actor): void {
  if (actor.role !== 'admin') throw new Forbidden('Only an administrator may do this.');
}

/** Nobody approves, suspends or closes the account of themselves, administrators included. */
export function requireAdminOverOthers(actor: Actor, userId: number): void {
  requireAdmin(actor);
  if (actor.id === userId) throw new Forbidden('Another administrator must decide about you.');
}

/** Teachers' names stand on their courses; teachers and administrators know everybody's. Whether others do, `Classmates` says. */
export const isNameOpenTo = (viewer: Actor, person: { id: number; role: Role; isApproved: boolean }): boolean =>
  viewer.id === person.id ||
  (viewer.role !== 'student' && viewer.isApproved) ||
  (person.role === 'teacher' && person.isApproved);

/** E-mail addresses are for their owner and for administrators. */
export const maySeeContact = (actor: Actor, userId: number): boolean => actor.role === 'admin' || actor.id === userId;
