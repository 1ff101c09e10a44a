import type { Actor } from '../../platform/auth/actor';
import { Forbidden } from '../../platform/errors/access.errors';

export function requireAdmin(actor: Actor): void {
  if (actor.role !== 'admin') throw new Forbidden('Only an administrator may do this.');
}

/** Nobody approves, suspends or closes the account of themselves, administrators included. */
export function requireAdminOverOthers(actor: Actor, userId: number): void {
  requireAdmin(actor);
  if (actor.id === userId) throw new Forbidden('Another administrator must decide about you.');
}

/** E-mail addresses are for their owner and for administrators. */
export const maySeeContact = (actor: Actor, userId: number): boolean => actor.role === 'admin' || actor.id === userId;
