import { Entity, Index, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Int, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';
import { deliveryStatuses, type DeliveryStatus } from '../notification.lists';

/** A notification that is sent outside the application. There is one row for each notification, channel and target. */
@Entity('notifications_delivery')
@Unique('notifications_delivery_once', ['notificationId', 'channel', 'targetId'])
@Index('notifications_delivery_due', ['channel', 'priority', 'nextAttemptAt', 'id'], { where: "status = 'waiting'" })
@Index('notifications_delivery_waiting', ['userId', 'channel'], { where: "status = 'waiting'" })
@Index('notifications_delivery_failed', ['channel', 'id'], { where: "status = 'failed'" })
@Index('notifications_delivery_target', ['channel', 'targetId', 'id'], { where: "target_id <> ''" })
@OneOf('notifications_delivery_status_listed', 'status', deliveryStatuses)
export class NotificationDelivery {
  @Id() id: number;
  @Reference('Notification', 'notifications_delivery_notification_fk', 'CASCADE') notificationId: number;
  /** The person of the notification, stored here so that their waiting deliveries are found without a join. */
  @BigInteger() userId: number;
  /** Modules register their channels, so the list is open. */
  @Varchar(20) channel: string;
  /** The id of what the channel sends to, such as a push subscription. Empty if the person is the target. */
  @Varchar(100, { default: '' }) targetId: string;
  /** The position of the notification's priority in `deliveryOrder`. */
  @Int() priority: number;
  @Varchar(10, { default: 'waiting' }) status: DeliveryStatus;
  /** When the person wants it: now, after the quiet hours, or with the next digest. It does not change. */
  @Instant() dueAt: Date;
  /** Counted before the attempt, so that a delivery that ends its process is not attempted for ever. */
  @Int({ default: 0 }) attempts: number;
  /** At first `dueAt`. During an attempt it is the end of the lease of the worker. */
  @Instant() nextAttemptAt: Date;
  @Text({ default: '' }) lastError: string;
  @Instant() createdAt: Date;
  @Instant({ nullable: true }) finishedAt: Date | null;
}
