import type { Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Notification } from '../feed/notification.entity';

export const sentNotification = columnsOf(Notification, [
  'id',
  'userId',
  'notificationType',
  'title',
  'message',
  'priority',
  'relatedObjectType',
  'relatedObjectId',
  'createdAt',
]);
export type SentNotification = Row<typeof sentNotification.shape>;

/**
 * The same for all attempts and all endpoints. It has the time, because a database that is restored from a backup gives the same id to
 * another notification.
 */
export const messageIdOf = ({ id, createdAt }: Pick<SentNotification, 'id' | 'createdAt'>): string =>
  `msg_${id}_${createdAt.getTime()}`;

/**
 * The body of a webhook. The person is an id. The receiver finds out more with the API, which checks what it may see. The text of a
 * confidential type stays in the application.
 */
export function webhookBody(notification: SentNotification, isConfidential: boolean): string {
  const { id, userId, notificationType, title, message, priority, createdAt } = notification;
  const { relatedObjectType, relatedObjectId } = notification;
  const text = isConfidential ? { title: null, message: null } : { title, message };
  const data = { id, userId, ...text, priority, relatedObjectType, relatedObjectId };
  return JSON.stringify({ type: notificationType, timestamp: createdAt.toISOString(), data });
}
