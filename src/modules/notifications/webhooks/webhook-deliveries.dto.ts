import { z } from 'zod';
import { namedEnum } from '../../../platform/http/named-enum';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { deliveryStatuses } from '../notification.lists';
import type { WebhookDeliveryRow } from './webhook-deliveries';
import { messageIdOf } from './webhook-message';

const status = namedEnum('DeliveryStatus', deliveryStatuses).meta({
  description: '`failed` after the last attempt; `skipped` if the endpoint was not active',
});

export const WebhookDelivery = z
  .strictObject({
    id: z.int(),
    messageId: z.string().meta({ description: 'The header `webhook-id`. It is the same for all attempts' }),
    type: z.string(),
    notificationId: z.int(),
    status,
    attempts: z.int().min(0),
    lastError: z.string().meta({ description: 'The status of the last response, or why there was none' }),
    createdAt: z.iso.datetime(),
    nextAttemptAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({
    id: 'WebhookDelivery',
    examples: [
      {
        id: 900,
        messageId: 'msg_42_1772357400000',
        type: 'course_completed',
        notificationId: 42,
        status: 'failed',
        attempts: 8,
        lastError: 'HTTP 500',
        createdAt: '2026-03-01T09:30:00.000Z',
        nextAttemptAt: null,
        finishedAt: '2026-03-02T13:05:05.000Z',
      },
    ],
  });
export type WebhookDelivery = z.output<typeof WebhookDelivery>;
export const WebhookDeliveryPage = pageOf(WebhookDelivery, 'WebhookDeliveryPage');
export const WebhookDeliveryQuery = pageQuery({ status: status.optional() });
export type WebhookDeliveryQuery = z.output<typeof WebhookDeliveryQuery>;

export const showDelivery = (row: WebhookDeliveryRow): WebhookDelivery => ({
  id: row.id,
  messageId: messageIdOf({ id: row.notificationId, createdAt: row.notifiedAt }),
  type: row.notificationType,
  notificationId: row.notificationId,
  status: row.status,
  attempts: row.attempts,
  lastError: row.lastError,
  createdAt: row.createdAt.toISOString(),
  nextAttemptAt: row.status === 'waiting' ? row.nextAttemptAt.toISOString() : null,
  finishedAt: row.finishedAt?.toISOString() ?? null,
});
