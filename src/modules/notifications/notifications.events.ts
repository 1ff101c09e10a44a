import { DomainEvent } from '../../platform/events/domain-event';
import type { PersonChannel } from './notification.lists';

/** Notifications were created, and may have to be sent outside the application. */
export class NotificationsCreated extends DomainEvent<{ ids: number[]; sentElsewhere: readonly PersonChannel[] }> {
  static override readonly type = 'notifications.notifications-created.v1';
}

/** The same notification was created for many people. Those up to `afterUserId` are done. */
export class BroadcastCreated extends DomainEvent<{ dedupeKey: string; createdAt: string; afterUserId: number }> {
  static override readonly type = 'notifications.broadcast-created.v1';
}
