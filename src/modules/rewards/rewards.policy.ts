import type { Actor } from '../../platform/auth/actor';
import { Forbidden } from '../../platform/errors/access.errors';

/** Giving, correcting and taking back coins and achievements by hand. */
export function requireTreasurer(actor: Actor): void {
  if (actor.role !== 'admin')
    throw new Forbidden('Only an administrator may give or correct TeoCoins and achievements.');
}
