import type { Actor } from '../../platform/auth/actor';
import { Forbidden } from '../../platform/errors/access.errors';

export function requireAnnouncer(actor: Actor): void {
  if (actor.role !== 'admin') throw new Forbidden('Only an administrator may send, list and withdraw announcements.');
}
