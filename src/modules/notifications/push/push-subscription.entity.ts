import { Entity, Index, Unique } from 'typeorm';
import { Id, Instant, Reference, Varchar } from '../../../platform/database/entity';

/** A browser that gets the notifications of a person, while the session is signed in that subscribed it. */
@Entity('notifications_pushsubscription')
@Unique('notifications_pushsubscription_endpoint', ['endpointHash'])
@Index('notifications_pushsubscription_user', ['userId'])
@Index('notifications_pushsubscription_session', ['sessionId'])
export class PushSubscription {
  @Id() id: number;
  @Reference('User', 'notifications_pushsubscription_user_fk', 'CASCADE') userId: number;
  @Varchar(36) sessionId: string;
  @Varchar(2_000) endpoint: string;
  /** SHA-256, because an index cannot hold every address. */
  @Varchar(64) endpointHash: string;
  /** The keys with which messages are encrypted for the browser (RFC 8291). */
  @Varchar(87) p256dh: string;
  @Varchar(22) auth: string;
  @Varchar(60, { default: '' }) name: string;
  @Instant() createdAt: Date;
}
