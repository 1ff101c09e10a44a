import { createHash } from 'node:crypto';
import type { Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Notification } from '../feed/notification.entity';
import type { Priority } from '../notification.lists';

export const pushedNotification = columnsOf(Notification, [
  'id',
  'notificationType',
  'title',
  'message',
  'priority',
  'actionUrl',
  'relatedObjectType',
  'relatedObjectId',
  'isRead',
  'createdAt',
]);
export type PushedNotification = Row<typeof pushedNotification.shape>;

const hour = 3_600;
/** How long a push service keeps a message for a browser that is not connected, in seconds. */
export const ttlSeconds: Record<Priority, number> = {
  low: 4 * hour,
  normal: 24 * hour,
  high: 3 * 24 * hour,
  urgent: 7 * 24 * hour,
};
/** RFC 8030: with a low battery a phone receives only urgent messages. */
export const urgencies = { low: 'low', normal: 'normal', high: 'high', urgent: 'high' } as const;

/** A push service accepts 4,096 bytes, of which encryption needs 103. */
const maxBytes = 3_900;
const messageLengths = [600, 200, 0];

/** The JSON that the service worker gets. A long message is cut; the application has all of it. */
export function pushPayload(notification: PushedNotification): string {
  const { id, notificationType, title, message, priority, actionUrl, createdAt } = notification;
  const characters = Array.from(message);
  const write = (length: number): string => {
    const shown = characters.length <= length ? message : `${characters.slice(0, length).join('')}…`;
    return JSON.stringify({ id, type: notificationType, title, message: shown, priority, actionUrl, createdAt });
  };
  const fits = (json: string): boolean => Buffer.byteLength(json) <= maxBytes;
  return messageLengths.map(write).find(fits) ?? write(0);
}

/**
 * A message replaces one with the same topic that the browser has not received. So several messages about one object are shown as one.
 * Urgent ones are never replaced.
 */
export function topicOf(notification: PushedNotification): string | undefined {
  const { notificationType, priority, relatedObjectType, relatedObjectId } = notification;
  if (priority === 'urgent' || relatedObjectId === null) return undefined;
  const subject = `${notificationType}:${relatedObjectType}:${relatedObjectId}`;
  return createHash('sha256').update(subject).digest('base64url').slice(0, 32);
}
