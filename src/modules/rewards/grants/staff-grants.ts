import { Injectable } from '@nestjs/common';
import { instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { insertRows } from '../../../platform/database/insert-rows';
import { Forbidden } from '../../../platform/errors/access.errors';
import { Clock } from '../../../platform/time/clock';
import { Earnings } from '../earning/earnings';
import { Ledger } from '../ledger/ledger';
import type { Posted } from '../ledger/movement';
import { RecipientNotFound } from '../rewards.errors';
import { requireOthers } from '../rewards.policy';
import { StaffRewards, type Audience } from './staff-rewards';
import { GrantNotFound, GrantNotPending } from './grants.errors';
import type { GrantKind, GrantState } from './staff-grant.entity';

const expiresMs = 7 * 24 * 3_600_000;

export const grantShape = {
  id: int,
  kind: textOf<GrantKind>(),
  amount: int,
  recipients: int,
  reason: text,
  state: textOf<GrantState>(),
  requestedById: int,
  requestedAt: instant,
  expiresAt: instant,
  decidedById: nullable(int),
  decidedAt: nullable(instant),
  operationId: nullable(text),
};
export type GrantRow = Row<typeof grantShape>;

export const grantColumns = `id, kind, amount, recipients, reason, state, requested_by_id AS "requestedById",
  requested_at AS "requestedAt", expires_at AS "expiresAt", decided_by_id AS "decidedById", decided_at AS "decidedAt",
  operation_id AS "operationId"`;

export interface GrantRequest {
  kind: GrantKind;
  /** Whole TeoCoins for each person. */
  amount: number;
  reason: string;
}

const stillAdministers = (id: string): string =>
  `EXISTS (SELECT 1 FROM users_user a WHERE a.id = ${id} AND a.role = 'admin' AND a.is_active)`;

/**
 * Gifts above what one administrator gives alone: one asks, another confirms, and the confirming transaction pays, once. Who
 * confirms is looked up in the statement that decides: a right that was taken away a moment ago is none.
 */
@Injectable()
export class StaffGrants {
  constructor(
    private readonly database: Database,
    private readonly gifts: StaffRewards,
    private readonly earnings: Earnings,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  /** @throws Forbidden for oneself, RecipientNotFound, TooManyRecipients */
  async request(requestedById: number, audience: Audience, grant: GrantRequest): Promise<GrantRow> {
    return this.database.transaction(async () => {
      const people = await this.gifts.people(audience);
      if (people.length === 0) throw new RecipientNotFound(['/body/role']);
      requireOthers(requestedById, people);
      const inserted = await this.insert(requestedById, people.length, grant);
      const rows = people.map((userId) => [inserted.id, userId]);
      await insertRows(this.database, 'rewards_staffgrantrecipient', ['grant_id', 'user_id'], rows);
      return inserted;
    });
  }

  /** Who has left since is left out. @throws GrantNotFound, GrantNotPending, Forbidden, RecipientNotFound, BalanceTooLarge */
  async confirm(confirmerId: number, grantId: number): Promise<GrantRow> {
    return this.database.transaction(async () => {
      const grant = await this.decide(confirmerId, grantId);
      const posted = await this.pay(grant);
      if (posted.length === 0) throw new RecipientNotFound(['/path/id']);
      const paid = { recipients: posted.length, operationId: (posted[0] as Posted).operationId };
      const sql = 'UPDATE rewards_staffgrant SET recipients = $2, operation_id = $3 WHERE id = $1';
      await this.database.run(sql, [grantId, paid.recipients, paid.operationId]);
      return { ...grant, ...paid };
    });
  }

  /** By whoever asked for it, or another administrator. @throws GrantNotFound, GrantNotPending */
  async decline(actorId: number, grantId: number): Promise<GrantRow> {
    return this.database.transaction(async () => {
      const declined = await this.database.row(
        grantShape,
        `UPDATE rewards_staffgrant SET state = 'declined', decided_by_id = $2, decided_at = $3
         WHERE id = $1 AND state = 'pending' RETURNING ${grantColumns}`,
        [grantId, actorId, this.clock.now()],
      );
      return declined ?? this.explain(actorId, grantId);
    });
  }

  private async insert(requestedById: number, recipients: number, grant: GrantRequest): Promise<GrantRow> {
    const now = this.clock.now();
    const inserted = await this.database.row(
      grantShape,
      `INSERT INTO rewards_staffgrant (kind, amount, recipients, reason, requested_by_id, requested_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${grantColumns}`,
      [grant.kind, grant.amount, recipients, grant.reason, requestedById, now, new Date(now.getTime() + expiresMs)],
    );
    return inserted as GrantRow;
  }

  /** One statement, one winner. */
  private async decide(confirmerId: number, grantId: number): Promise<GrantRow> {
    const decided = await this.database.row(
      grantShape,
      `UPDATE rewards_staffgrant SET state = 'paid', decided_by_id = $2, decided_at = $3
       WHERE id = $1 AND state = 'pending' AND expires_at > $3 AND requested_by_id <> $2
         AND NOT EXISTS (SELECT 1 FROM rewards_staffgrantrecipient r WHERE r.grant_id = $1 AND r.user_id = $2)
         AND ${stillAdministers('$2')} AND ${stillAdministers('requested_by_id')}
       RETURNING ${grantColumns}`,
      [grantId, confirmerId, this.clock.now()],
    );
    return decided ?? this.explain(confirmerId, grantId);
  }

  private async explain(actorId: number, grantId: number): Promise<never> {
    const sql = `SELECT ${grantColumns} FROM rewards_staffgrant WHERE id = $1`;
    const grant = await this.database.row(grantShape, sql, [grantId]);
    if (!grant) throw new GrantNotFound();
    if (grant.state !== 'pending') throw new GrantNotPending(`It was ${grant.state}.`);
    if (grant.expiresAt <= this.clock.now()) throw new GrantNotPending('It has expired.');
    if (grant.requestedById === actorId)
      throw new Forbidden('Another administrator has to confirm what you asked for.');
    throw new Forbidden('Neither who is paid by it confirms a grant, nor who is no administrator any more.');
  }

  private async pay({ id, kind, amount, reason, requestedById: actorId }: GrantRow): Promise<Posted[]> {
    const people = await this.database.rows(
      { userId: int },
      `SELECT r.user_id AS "userId" FROM rewards_staffgrantrecipient r
       JOIN users_user u ON u.id = r.user_id AND u.is_active WHERE r.grant_id = $1 ORDER BY r.user_id`,
      [id],
    );
    const each = { amount, description: reason, actorId };
    if (kind === 'adjustment')
      return this.ledger.post(people.map(({ userId }) => ({ userId, type: 'admin_adjustment_credit', ...each })));
    const type = people.length === 1 ? 'manual_reward' : 'bulk_reward';
    return this.earnings.give(people.map(({ userId }) => ({ userId, type, ...each })));
  }
}
