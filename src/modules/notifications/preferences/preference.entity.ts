import { Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Instant, Int, Json, OneOf, Varchar } from '../../../platform/database/entity';
import { digestFrequencies, type DigestFrequency, type PersonChannel } from '../notification.lists';

/** What a person has chosen, by type and channel. What is missing has the default of the type. */
export type Choices = Readonly<Record<string, Partial<Record<PersonChannel, boolean>>>>;

/** How and when a person wants to be told. Who has no row has chosen nothing. The two switches are in `users_usersettings`. */
@Entity('notifications_preference')
@OneOf('notifications_preference_digest_listed', 'digest', digestFrequencies)
export class NotificationPreference {
  @PrimaryColumn({ type: 'int8', name: 'user_id' })
  @ForeignKey('User', { name: 'notifications_preference_user_fk', onDelete: 'CASCADE' })
  userId: number;
  /** Minutes since midnight on the clock of the person. Both are null without quiet hours. */
  @Int({ nullable: true }) quietFrom: number | null;
  @Int({ nullable: true }) quietUntil: number | null;
  @Varchar(12, { default: 'immediately' }) digest: DigestFrequency;
  @Int({ default: 8 }) digestHour: number;
  /** 1 is Monday. */
  @Int({ default: 1 }) digestWeekday: number;
  @Json() choices: Choices;
  @Instant() updatedAt: Date;
}
