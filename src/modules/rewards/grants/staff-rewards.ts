import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import type { Role } from '../../users';
import { Earnings } from '../earning/earnings';
import type { Posted } from '../ledger/movement';
import { StaffAllowance } from './staff-allowance';
import { RecipientNotFound, TooManyRecipients } from '../rewards.errors';
import { requireOthers } from '../rewards.policy';

/** People of one reward. It takes a few statements for each `maxRowsPerStatement` of them, and all are one transaction. */
export const mostRecipients = 10_000;

export interface Gift {
  /** Whole TeoCoins for each person. */
  amount: number;
  reason: string;
  /** The administrator. */
  actorId: number;
}

/** Those named by id, or everybody active of a role. */
export type Audience = { userIds: readonly number[] } | { role: Role };

/** Coins that administrators give: they count as earned. */
@Injectable()
export class StaffRewards {
  constructor(
    private readonly database: Database,
    private readonly earnings: Earnings,
    private readonly allowance: StaffAllowance,
  ) {}

  /** @throws Forbidden for oneself, ConfirmationRequired, RecipientNotFound, BalanceTooLarge */
  async giveOne(userId: number, { amount, reason, actorId }: Gift): Promise<Posted> {
    requireOthers(actorId, [userId]);
    return this.database.transaction(async () => {
      if ((await this.activeAmong([userId])).length === 0) throw new RecipientNotFound(['/body/userId']);
      await this.allowance.take(actorId, amount);
      const movement = { userId, type: 'manual_reward' as const, amount, description: reason, actorId };
      const [posted] = await this.earnings.give([movement]);
      return posted as Posted;
    });
  }

  /**
   * The same to many people: everybody, or nobody.
   * @throws Forbidden for oneself, ConfirmationRequired, RecipientNotFound, TooManyRecipients, BalanceTooLarge
   */
  async giveMany(audience: Audience, { amount, reason, actorId }: Gift): Promise<Posted[]> {
    return this.database.transaction(async () => {
      const people = await this.people(audience);
      requireOthers(actorId, people);
      if (people.length > 0) await this.allowance.take(actorId, amount * people.length);
      const each = { type: 'bulk_reward' as const, amount, description: reason, actorId };
      return this.earnings.give(people.map((userId) => ({ userId, ...each })));
    });
  }

  /** @throws RecipientNotFound, TooManyRecipients */
  people(audience: Audience): Promise<number[]> {
    return 'role' in audience ? this.activeIn(audience.role) : this.all(audience.userIds);
  }

  private async all(userIds: readonly number[]): Promise<number[]> {
    const active = new Set(await this.activeAmong(userIds));
    const missing = userIds.flatMap((userId, index) => (active.has(userId) ? [] : [`/body/userIds/${index}`]));
    if (missing.length > 0) throw new RecipientNotFound(missing.slice(0, 50));
    return [...active];
  }

  private async activeIn(role: Role): Promise<number[]> {
    const sql = `SELECT id FROM users_user WHERE role = $1 AND is_active ORDER BY id LIMIT ${mostRecipients + 1}`;
    const people = await this.database.rows({ id: int }, sql, [role]);
    if (people.length > mostRecipients)
      throw new TooManyRecipients(`At most ${mostRecipients} people: name them by userIds, in parts.`);
    return people.map(({ id }) => id);
  }

  private async activeAmong(userIds: readonly number[]): Promise<number[]> {
    const sql = `SELECT id FROM users_user WHERE id IN (${placeholders(userIds.length)}) AND is_active`;
    const people = await this.database.rows({ id: int }, sql, userIds);
    return people.map(({ id }) => id);
  }
}
