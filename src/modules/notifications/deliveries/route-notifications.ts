import { Injectable } from '@nestjs/common';
import type { Row, Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { chunksOf, placeholders } from '../../../platform/database/insert-rows';
import type { AfterCommitHandler } from '../../../platform/events/domain-event';
import { EventBus } from '../../../platform/events/event-bus';
import { AfterCommit } from '../../../platform/events/handlers';
import { groupBy } from '../../../platform/group-by';
import { Notification } from '../feed/notification.entity';
import { BroadcastCreated, NotificationsCreated } from '../notifications.events';
import { DeliveryRouter } from './delivery-router';
import type { RoutedNotification } from './notification-channels';

const routed = columnsOf(Notification, ['id', 'userId', 'notificationType', 'priority']);
const pageSize = 1_000;

type RoutingEvent = NotificationsCreated | BroadcastCreated;

/**
 * Creates the deliveries of notifications after their commit. A repeated event adds nothing, because each delivery is unique. A
 * broadcast is routed in pages, each in its own transaction and after the events that wait by then.
 */
@Injectable()
@AfterCommit(NotificationsCreated, BroadcastCreated)
export class RouteNotifications implements AfterCommitHandler<RoutingEvent> {
  constructor(
    private readonly database: Database,
    private readonly router: DeliveryRouter,
    private readonly events: EventBus,
  ) {}

  handle(event: RoutingEvent): Promise<void> {
    return this.handleAll([event]);
  }

  async handleAll(events: RoutingEvent[]): Promise<void> {
    const created = events.filter((event) => event instanceof NotificationsCreated);
    for (const alike of groupBy(created, ({ payload }) => payload.sentElsewhere.join(' ')).values()) {
      const ids = alike.flatMap(({ payload }) => payload.ids);
      const { sentElsewhere } = alike[0]!.payload;
      for (const chunk of chunksOf(ids, pageSize))
        await this.router.route(await this.find(`id IN (${placeholders(chunk.length)})`, chunk), sentElsewhere);
    }
    for (const event of events) if (event instanceof BroadcastCreated) await this.routePage(event);
  }

  private async routePage({ payload }: BroadcastCreated): Promise<void> {
    const { dedupeKey, createdAt, afterUserId } = payload;
    const page = await this.find(
      // The condition on `created_at` lets the statement use an index.
      `created_at = $1 AND dedupe_key = $2 AND user_id > $3 ORDER BY user_id LIMIT ${pageSize}`,
      [new Date(createdAt), dedupeKey, afterUserId],
    );
    await this.router.route(page);
    if (page.length < pageSize) return;
    await this.events.publish(new BroadcastCreated({ ...payload, afterUserId: page.at(-1)!.userId }));
  }

  private async find(conditionSql: string, values: readonly Value[]): Promise<RoutedNotification[]> {
    const sql = `SELECT ${routed.columns()} FROM notifications_notification WHERE ${conditionSql}`;
    return (await this.database.rows(routed.shape, sql, values)).map(toRouted);
  }
}

const toRouted = ({ notificationType, ...row }: Row<typeof routed.shape>): RoutedNotification => ({
  ...row,
  type: notificationType,
});
