import { Injectable } from '@nestjs/common';
import type { Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import type { DeliveryTarget, RoutedNotification } from '../deliveries/notification-channels';
import { WebhookEndpoint } from './endpoints/webhook-endpoint.entity';

const target = columnsOf(WebhookEndpoint, [
  'id',
  'url',
  'types',
  'sealedSecret',
  'previousSealedSecret',
  'previousSecretExpiresAt',
]);
export type ActiveEndpoint = Row<typeof target.shape>;

/** The endpoints that messages are sent to. They are few, so all are read with one statement. */
@Injectable()
export class WebhookTargets {
  constructor(private readonly database: Database) {}

  findActive(): Promise<ActiveEndpoint[]> {
    const sql = `SELECT ${target.columns()} FROM notifications_webhookendpoint WHERE deactivated_at IS NULL ORDER BY id`;
    return this.database.rows(target.shape, sql);
  }

  async of(notifications: readonly RoutedNotification[]): Promise<DeliveryTarget[]> {
    const endpoints = await this.findActive();
    return endpoints.flatMap(({ id, types }) => {
      const wanted = types && new Set(types as string[]);
      const isWanted = ({ type }: RoutedNotification): boolean => !wanted || wanted.has(type);
      return notifications
        .filter(isWanted)
        .map((notification) => ({ notificationId: notification.id, targetId: String(id) }));
    });
  }
}
