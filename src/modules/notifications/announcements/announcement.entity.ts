import { Entity } from 'typeorm';
import { BigInteger, Id, Instant, Int, OneOf, Text, Varchar } from '../../../platform/database/entity';
import { audiences, type Audience } from '../notification.lists';

/** An announcement that was sent. Its notifications have the same `dedupe_key` and `created_at`. */
@Entity('notifications_announcement')
@OneOf('notifications_announcement_audience_listed', 'audience', audiences)
export class Announcement {
  @Id() id: number;
  @Varchar(200) title: string;
  @Text() message: string;
  @Varchar(10) audience: Audience;
  /** The number of people who were notified. */
  @Int() recipients: number;
  @Varchar(200) dedupeKey: string;
  /** Without a foreign key, so that the announcement is kept when its author is removed. */
  @BigInteger() createdById: number;
  @Instant() createdAt: Date;
  @Instant({ nullable: true }) withdrawnAt: Date | null;
}
