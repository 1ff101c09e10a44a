import { Forbidden } from '../errors/access.errors';
import type { Actor } from './actor';

/** For the routes that run the house itself. */
export function requireAdministrator(actor: Actor): void {
  if (actor.role !== 'admin') throw new Forbidden('Only an administrator may do this.');
}
