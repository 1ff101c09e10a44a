import { Injectable } from '@nestjs/common';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { insertRows } from '../../../platform/database/insert-rows';
import { Forbidden } from '../../../platform/errors/access.errors';
import { Clock } from '../../../platform/time/clock';
import { Earnings } from '../earning/earnings';
import { Ledger } from '../ledger/ledger';
import type { PostedMovement } from '../ledger/movement';
import { RecipientNotFound } from '../rewards.errors';
import { requireNotAmong } from '../rewards.policy';
import { StaffRewards, type Audience } from './staff-rewards';
import { GrantNotFound, GrantNotPending } from './grants.errors';
import { StaffGrant, type GrantKind } from './staff-grant.entity';
import { EventBus } from '../../../platform/events/event-bus';
import { toCorrected } from '../ledger/corrections';

const grantLifetimeMs = 7 * 24 * 3_600_000;

const grantColumns = columnsOf(StaffGrant);
export const grantShape = grantColumns.shape;
export type GrantRow = Row<typeof grantShape>;
export const grantColumnsSql = grantColumns.columns();

interface GrantRequest {
  kind: GrantKind;
  /** Whole TeoCoins for each person. */
  amount: number;
  reason: string;
}

const isActiveAdminSql = (idSql: string): string =>
  `EXISTS (SELECT 1 FROM users_user a WHERE a.id = ${idSql} AND a.role = 'admin' AND a.is_active)`;

/**
 * Gifts above the daily limit of one administrator. One administrator requests the gift, another administrator confirms it, and the
 * transaction of the confirmation pays it once. The statement that confirms a gift also checks the rights of both administrators,
 * because a right may have been taken away a moment ago.
 */
@Injectable()
export class StaffGrants {
  constructor(
    private readonly database: Database,
    private readonly staffRewards: StaffRewards,
    private readonly earnings: Earnings,
    private readonly ledger: Ledger,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** @throws Forbidden for a gift to oneself, RecipientNotFound, TooManyRecipients */
  async request(requestedById: number, audience: Audience, grant: GrantRequest): Promise<GrantRow> {
    return this.database.transaction(async () => {
      const recipientIds = await this.staffRewards.getRecipientIds(audience);
      if (recipientIds.length === 0) throw new RecipientNotFound(['/body/role']);
      requireNotAmong(requestedById, recipientIds);
      const inserted = await this.insert(requestedById, recipientIds.length, grant);
      const recipientRows = recipientIds.map((userId) => [inserted.id, userId]);
      await insertRows(this.database, 'rewards_staffgrantrecipient', ['grant_id', 'user_id'], recipientRows);
      return inserted;
    });
  }

  /**
   * Pays the recipients whose account is still active.
   * @throws GrantNotFound, GrantNotPending, Forbidden, RecipientNotFound, BalanceTooLarge
   */
  async confirm(confirmerId: number, grantId: number): Promise<GrantRow> {
    return this.database.transaction(async () => {
      const grant = await this.markAsPaid(confirmerId, grantId);
      const posted = await this.pay(grant);
      const [firstPosted] = posted;
      if (!firstPosted) throw new RecipientNotFound(['/path/id']);
      const payment = { recipients: posted.length, operationId: firstPosted.operationId };
      const sql = 'UPDATE rewards_staffgrant SET recipients = $2, operation_id = $3 WHERE id = $1';
      await this.database.run(sql, [grantId, payment.recipients, payment.operationId]);
      return { ...grant, ...payment };
    });
  }

  /** The requester or another administrator declines the grant. @throws GrantNotFound, GrantNotPending */
  async decline(actorId: number, grantId: number): Promise<GrantRow> {
    return this.database.transaction(async () => {
      const declined = await this.database.row(
        grantShape,
        `UPDATE rewards_staffgrant SET state = 'declined', decided_by_id = $2, decided_at = $3
         WHERE id = $1 AND state = 'pending' RETURNING ${grantColumnsSql}`,
        [grantId, actorId, this.clock.now()],
      );
      return declined ?? this.throwRefusal(actorId, grantId);
    });
  }

  private async insert(requestedById: number, recipients: number, grant: GrantRequest): Promise<GrantRow> {
    const now = this.clock.now();
    const inserted = await this.database.row(
      grantShape,
      `INSERT INTO rewards_staffgrant (kind, amount, recipients, reason, requested_by_id, requested_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${grantColumnsSql}`,
      [
        grant.kind,
        grant.amount,
        recipients,
        grant.reason,
        requestedById,
        now,
        new Date(now.getTime() + grantLifetimeMs),
      ],
    );
    return inserted as GrantRow;
  }

  /** One UPDATE checks the grant and marks it, so that only one of several concurrent confirmations succeeds. */
  private async markAsPaid(confirmerId: number, grantId: number): Promise<GrantRow> {
    const decided = await this.database.row(
      grantShape,
      `UPDATE rewards_staffgrant SET state = 'paid', decided_by_id = $2, decided_at = $3
       WHERE id = $1 AND state = 'pending' AND expires_at > $3 AND requested_by_id <> $2
         AND NOT EXISTS (SELECT 1 FROM rewards_staffgrantrecipient r WHERE r.grant_id = $1 AND r.user_id = $2)
         AND ${isActiveAdminSql('$2')} AND ${isActiveAdminSql('requested_by_id')}
       RETURNING ${grantColumnsSql}`,
      [grantId, confirmerId, this.clock.now()],
    );
    return decided ?? this.throwRefusal(confirmerId, grantId);
  }

  private async throwRefusal(actorId: number, grantId: number): Promise<never> {
    const sql = `SELECT ${grantColumnsSql} FROM rewards_staffgrant WHERE id = $1`;
    const grant = await this.database.row(grantShape, sql, [grantId]);
    if (!grant) throw new GrantNotFound();
    if (grant.state !== 'pending') throw new GrantNotPending(`The grant is already ${grant.state}.`);
    if (grant.expiresAt <= this.clock.now()) throw new GrantNotPending('The grant has expired.');
    if (grant.requestedById === actorId)
      throw new Forbidden('You requested this grant. Another administrator must confirm it.');
    throw new Forbidden(
      'You are a recipient of this grant, or you are no longer an administrator: another administrator must confirm it. If its requester is no longer an administrator, the grant can only be declined.',
    );
  }

  private async pay({ id, kind, amount, reason, requestedById }: GrantRow): Promise<PostedMovement[]> {
    const recipients = await this.database.rows(
      { userId: int },
      `SELECT r.user_id AS "userId" FROM rewards_staffgrantrecipient r
       JOIN users_user u ON u.id = r.user_id AND u.is_active WHERE r.grant_id = $1 ORDER BY r.user_id`,
      [id],
    );
    const fields = { amount, description: reason, actorId: requestedById };
    if (kind === 'adjustment') {
      const type = 'admin_adjustment_credit' as const;
      const posted = await this.ledger.post(recipients.map(({ userId }) => ({ userId, type, ...fields })));
      await this.events.publish(...posted.map((movement) => toCorrected(movement, 'adjustment')));
      return posted;
    }
    const type = recipients.length === 1 ? 'manual_reward' : 'bulk_reward';
    return this.earnings.give(recipients.map(({ userId }) => ({ userId, type, ...fields })));
  }
}
