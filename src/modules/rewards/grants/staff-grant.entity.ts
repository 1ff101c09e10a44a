import { Check, Entity, Index, Unique } from 'typeorm';
import {
  BigInteger,
  CalendarDate,
  Id,
  Instant,
  Int,
  OneOf,
  Reference,
  Text,
  Varchar,
} from '../../../platform/database/entity';

export const grantKinds = ['reward', 'adjustment'] as const;
export type GrantKind = (typeof grantKinds)[number];
export const grantStates = ['pending', 'paid', 'declined'] as const;
export type GrantState = (typeof grantStates)[number];

/** A gift above the daily limit of one administrator: one administrator requests it and another one confirms it. */
@Entity('rewards_staffgrant')
@Index('rewards_staffgrant_requested_by', ['requestedById'])
@Index('rewards_staffgrant_decided_by', ['decidedById'], { where: 'decided_by_id IS NOT NULL' })
@OneOf('rewards_staffgrant_kind_listed', 'kind', grantKinds)
@OneOf('rewards_staffgrant_state_listed', 'state', grantStates)
@Check('rewards_staffgrant_amount_positive', '"amount" > 0')
@Check('rewards_staffgrant_by_another', `"state" <> 'paid' OR "decided_by_id" <> "requested_by_id"`)
export class StaffGrant {
  @Id() id: number;
  @Varchar(10) kind: GrantKind;
  /** Whole TeoCoins for each person. */
  @Int() amount: number;
  /** Number of recipients; after the payment, number of people who were paid. */
  @Int() recipients: number;
  @Text() reason: string;
  @Varchar(10, { default: 'pending' }) state: GrantState;
  @Reference('User', 'rewards_staffgrant_requested_by_fk', 'RESTRICT') requestedById: number;
  @Instant() requestedAt: Date;
  @Instant() expiresAt: Date;
  @Reference('User', 'rewards_staffgrant_decided_by_fk', 'RESTRICT', { nullable: true }) decidedById: number | null;
  @Instant({ nullable: true }) decidedAt: Date | null;
  @Varchar(36, { nullable: true }) operationId: string | null;
}

/** The recipients are stored with the request, so that a person who gets the role later is not paid. */
@Entity('rewards_staffgrantrecipient')
@Unique('rewards_staffgrantrecipient_once', ['grantId', 'userId'])
@Index('rewards_staffgrantrecipient_user', ['userId'])
export class StaffGrantRecipient {
  @Id() id: number;
  @Reference('StaffGrant', 'rewards_staffgrantrecipient_grant_fk', 'CASCADE') grantId: number;
  @Reference('User', 'rewards_staffgrantrecipient_user_fk', 'CASCADE') userId: number;
}

/** The coins that one administrator gave without a confirmation on one day (UTC). */
@Entity('rewards_staffday')
@Unique('rewards_staffday_once', ['administratorId', 'day'])
export class StaffDay {
  @Id() id: number;
  @Reference('User', 'rewards_staffday_administrator_fk', 'CASCADE') administratorId: number;
  @CalendarDate() day: string;
  @BigInteger() coins: number;
}
