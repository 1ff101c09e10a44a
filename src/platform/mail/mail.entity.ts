import { Entity, Index, Unique } from 'typeorm';
import { BigInteger, Id, Instant, Int, Json, OneOf, Text, Varchar } from '../database/entity';
import type { TextValues } from '../texts/texts';
import { mailStatuses, type MailStatus } from './mail.lists';

/**
 * A mail to one address. The text is written when the mail is sent, from the template and its values. The values hold no secret: a
 * link with a token is derived from AUTH_SECRET, so a copy of the database contains no usable link.
 */
@Entity('platform_mail')
@Unique('platform_mail_message_id', ['messageId'])
@Index('platform_mail_due', ['priority', 'dueAt', 'id'], { where: "status = 'waiting'" })
@Index('platform_mail_status', ['status', 'id'])
@OneOf('platform_mail_status_listed', 'status', mailStatuses)
export class MailRow {
  @Id() id: number;
  /** The same for all attempts, so that the mail program of the recipient recognises a duplicate. */
  @Varchar(200) messageId: string;
  @Varchar(60) template: string;
  /** There is no foreign key, because the platform does not know the users module and the row is deleted after some days. */
  @BigInteger({ nullable: true }) personId: number | null;
  @Varchar(254) address: string;
  @Varchar(10) language: string;
  @Varchar(50) timezone: string;
  @Json() textValues: TextValues;
  /** The position in `mailPriorities`. */
  @Int() priority: number;
  @Varchar(10) status: MailStatus;
  /** Counted before the attempt, so that a mail that ends its process is not attempted for ever. */
  @Int({ default: 0 }) attempts: number;
  @Instant() createdAt: Date;
  /** The time of the next attempt. During an attempt it is the end of the lease of the worker. */
  @Instant() dueAt: Date;
  /** The mail is not sent after this time, because its link would not work. */
  @Instant({ nullable: true }) expiresAt: Date | null;
  @Instant({ nullable: true }) sentAt: Date | null;
  @Text({ default: '' }) lastError: string;
}

/** An address that a mail server has refused for good. Nothing is sent to it until an administrator retries a mail to it. */
@Entity('platform_mailsuppression')
@Unique('platform_mailsuppression_address', ['address'])
export class MailSuppression {
  @Id() id: number;
  /** In lower case (A to Z). */
  @Varchar(254) address: string;
  @Text() reason: string;
  @Instant() createdAt: Date;
}
