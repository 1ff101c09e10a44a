import { text, type Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Notification } from './notification.entity';

const notification = columnsOf(Notification).without('userId', 'notificationType', 'dedupeKey');

/** The columns of a notification that its owner reads. */
export const notificationShape = { ...notification.shape, type: text };

export const notificationColumns = `${notification.columns()}, notification_type AS type`;

export type NotificationRow = Row<typeof notificationShape>;
