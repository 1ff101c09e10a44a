import { bool, instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import type { Priority } from '../notification.lists';

/** The columns of a notification that its owner reads. */
export const notificationShape = {
  id: int,
  type: text,
  title: text,
  message: text,
  priority: textOf<Priority>(),
  isRead: bool,
  readAt: nullable(instant),
  createdAt: instant,
  actionUrl: text,
  relatedObjectType: nullable(text),
  relatedObjectId: nullable(int),
};

export const notificationColumns = `id, notification_type AS type, title, message, priority, is_read AS "isRead", read_at AS "readAt",
  created_at AS "createdAt", action_url AS "actionUrl", related_object_type AS "relatedObjectType",
  related_object_id AS "relatedObjectId"`;

export type NotificationRow = Row<typeof notificationShape>;
