import type { Actor } from '../../platform/auth/actor';
import { Forbidden } from '../../platform/errors/access.errors';

/** Required to give, correct or take back coins and achievements by hand. */
export function requireTreasurer(actor: Actor): void {
  if (actor.role !== 'admin')
    throw new Forbidden('Only an administrator may give or correct TeoCoins and achievements.');
}

/** Refuses a decision of a person about their own coins, because even an administrator must not make it. */
export function requireNotAmong(actorId: number, userIds: readonly number[]): void {
  if (userIds.includes(actorId)) throw new Forbidden('Another administrator must decide about your own coins.');
}
