export { MyNotifications } from './feed/my-notifications';
export type { Priority } from './notification.lists';
export type { LocalText, NotificationType } from './types/notification-type';
export { NotificationTypes } from './types/notification-types';
export { NotificationsModule } from './notifications.module';
export { Notifier, type NewNotification } from './notifier';
export { markNotificationsReadInDemoSchool } from './feed/read-in-demo-school';
export { NotificationDeliveries, type ClaimedDelivery } from './deliveries/deliveries';
export {
  NotificationChannels,
  type DeliveryTarget,
  type NotificationChannel,
  type RoutedNotification,
} from './deliveries/notification-channels';
export { pushSettings } from './push/push.settings';
