import { Entity, Index } from 'typeorm';
import { Id, Instant, Json, OneOf, Reference, Text, Varchar } from '../../../../platform/database/entity';
import { deactivationReasons, type DeactivationReason } from './webhook.lists';

/** An address of another system of the school, which gets notifications as signed requests. */
@Entity('notifications_webhookendpoint')
@Index('notifications_webhookendpoint_created_by', ['createdById'])
@OneOf('notifications_webhookendpoint_reason_listed', 'deactivation_reason', deactivationReasons)
export class WebhookEndpoint {
  @Id() id: number;
  @Varchar(2_000) url: string;
  @Varchar(200, { default: '' }) description: string;
  /** The types of notifications that it gets, or null for all. */
  @Json({ nullable: true }) types: object | null;
  /** Sealed for the URL, so that it signs nothing for another address. */
  @Text() sealedSecret: string;
  /** After a rotation both secrets sign, until this one ends. */
  @Text({ nullable: true }) previousSealedSecret: string | null;
  @Instant({ nullable: true }) previousSecretExpiresAt: Date | null;
  @Reference('User', 'notifications_webhookendpoint_user_fk', 'SET NULL', { nullable: true }) createdById:
    number | null;
  @Instant() createdAt: Date;
  @Instant({ nullable: true }) deactivatedAt: Date | null;
  @Varchar(20, { nullable: true }) deactivationReason: DeactivationReason | null;
}
