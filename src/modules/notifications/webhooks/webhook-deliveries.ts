import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { keyset } from '../../../platform/http/cursor';
import { toPage, type Page } from '../../../platform/http/pagination';
import { Clock } from '../../../platform/time/clock';
import { NotificationDelivery } from '../deliveries/delivery.entity';
import { Notification } from '../feed/notification.entity';
import type { DeliveryStatus } from '../notification.lists';
import { WebhookDeliveryNotFound, WebhookDeliveryNotRetryable } from './webhooks.errors';

const delivery = columnsOf(NotificationDelivery, [
  'id',
  'notificationId',
  'status',
  'attempts',
  'createdAt',
  'nextAttemptAt',
  'finishedAt',
  'lastError',
]);
const notification = columnsOf(Notification, ['notificationType']);
const shape = { ...delivery.shape, ...notification.shape, notifiedAt: columnsOf(Notification).shape.createdAt };
export type WebhookDeliveryRow = Row<typeof shape>;

interface PageRequest {
  limit: number;
  cursor?: string | undefined;
  withTotal: boolean;
  status?: DeliveryStatus | undefined;
}

const newestFirst = keyset('webhook-deliveries:newest', [z.int()]);
/** The second condition lets the statement use the index of targets. */
const ofEndpointSql = "d.channel = 'webhook' AND d.target_id <> '' AND d.target_id = $1";

/** Lists what was sent to an endpoint, and sends failed messages again. */
@Injectable()
export class WebhookDeliveries {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async list<T>(endpointId: number, request: PageRequest, show: (row: WebhookDeliveryRow) => T): Promise<Page<T>> {
    const { limit, cursor, withTotal, status } = request;
    const [beforeId] = newestFirst.read(cursor) ?? [Number.MAX_SAFE_INTEGER];
    const [statusSql, statusValues] = status ? ['d.status = $4', [status]] : ['1 = 1', []];
    const rows = await this.database.rows(
      shape,
      `SELECT ${delivery.columns('d')}, ${notification.columns('n')}, n.created_at AS "notifiedAt"
       FROM notifications_delivery d JOIN notifications_notification n ON n.id = d.notification_id
       WHERE ${ofEndpointSql} AND d.id < $2 AND ${statusSql} ORDER BY d.id DESC LIMIT $3`,
      [String(endpointId), beforeId, limit + 1, ...statusValues],
    );
    const total = withTotal ? await this.count(endpointId, status) : undefined;
    return toPage(rows, limit, ({ id }) => newestFirst.after(id), show, total);
  }

  /** Sends a failed message again, with all attempts and the same `webhook-id`. @throws WebhookDeliveryNotFound, WebhookDeliveryNotRetryable */
  async retry(endpointId: number, id: number): Promise<void> {
    const [target, now] = [String(endpointId), this.clock.now()];
    const retriedCount = await this.database.transaction(() =>
      this.database.run(
        `UPDATE notifications_delivery SET status = 'waiting', attempts = 0, next_attempt_at = $4, finished_at = NULL
         WHERE id = $1 AND channel = 'webhook' AND target_id = $2 AND status IN ('failed', 'skipped')
           AND EXISTS (SELECT 1 FROM notifications_webhookendpoint e WHERE e.id = $3 AND e.deactivated_at IS NULL)`,
        [id, target, endpointId, now],
      ),
    );
    if (retriedCount > 0) return;
    const sql = `SELECT d.id FROM notifications_delivery d WHERE ${ofEndpointSql} AND d.id = $2`;
    if (!(await this.database.row({ id: int }, sql, [target, id]))) throw new WebhookDeliveryNotFound();
    throw new WebhookDeliveryNotRetryable();
  }

  private async count(endpointId: number, status: DeliveryStatus | undefined): Promise<number> {
    const [statusSql, values] = status ? ['d.status = $2', [status]] : ['1 = 1', []];
    const sql = `SELECT count(*) AS total FROM notifications_delivery d WHERE ${ofEndpointSql} AND ${statusSql}`;
    return (await this.database.row({ total: int }, sql, [String(endpointId), ...values]))!.total;
  }
}
