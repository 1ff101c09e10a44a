import type { Actor } from '../../platform/auth/actor';
import { Forbidden } from '../../platform/errors/access.errors';

/** Only administrators may give, correct or take back coins and achievements. */
export function requireTreasurer(actor: Actor): void {
  if (actor.role !== 'admin')
    throw new Forbidden('Only an administrator may give or correct TeoCoins and achievements.');
}

/** Nobody may decide about their own coins, not even an administrator. */
export function requireNotAmong(actorId: number, userIds: readonly number[]): void {
  if (userIds.includes(actorId)) throw new Forbidden('Another administrator must decide about your own coins.');
}
