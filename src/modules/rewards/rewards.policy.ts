import type { Actor } from '../../platform/auth/actor';
import { Forbidden } from '../../platform/errors/access.errors';

/** Giving, correcting and taking back coins and achievements by hand. */
export function requireTreasurer(actor: Actor): void {
  if (actor.role !== 'admin')
    throw new Forbidden('Only an administrator may give or correct TeoCoins and achievements.');
}

/** Nobody decides about their own coins, administrators included. */
export function requireOthers(actorId: number, userIds: readonly number[]): void {
  if (userIds.includes(actorId)) throw new Forbidden('Another administrator must decide about your own coins.');
}
