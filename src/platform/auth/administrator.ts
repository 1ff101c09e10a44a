import { Forbidden } from '../errors/access.errors';
import type { Actor } from './actor';

/** Protects the routes that administer the application. @throws Forbidden */
export function requireAdministrator(actor: Actor): void {
  if (actor.role !== 'admin') throw new Forbidden('Only an administrator may do this.');
}
