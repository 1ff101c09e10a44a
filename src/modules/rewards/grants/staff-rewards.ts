import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import type { Role } from '../../users';
import { Earnings } from '../earning/earnings';
import type { PostedMovement } from '../ledger/movement';
import { StaffAllowance } from './staff-allowance';
import { RecipientNotFound, TooManyRecipients } from '../rewards.errors';
import { requireNotAmong } from '../rewards.policy';

/** The limit of recipients of one reward, because one transaction pays all of them. */
export const maxRecipients = 10_000;

const maxReportedErrors = 50;

export interface Gift {
  /** Whole TeoCoins for each person. */
  amount: number;
  reason: string;
  /** The administrator who gives the coins. */
  actorId: number;
}

/** The recipients of a gift: either people by id, or all active users with a role. */
export type Audience = { userIds: readonly number[] } | { role: Role };

/** Coins that administrators give. They count as earned. */
@Injectable()
export class StaffRewards {
  constructor(
    private readonly database: Database,
    private readonly earnings: Earnings,
    private readonly allowance: StaffAllowance,
  ) {}

  /** @throws Forbidden for a gift to oneself, ConfirmationRequired, RecipientNotFound, BalanceTooLarge */
  async giveOne(userId: number, { amount, reason, actorId }: Gift): Promise<PostedMovement> {
    requireNotAmong(actorId, [userId]);
    return this.database.transaction(async () => {
      if ((await this.findActiveIds([userId])).length === 0) throw new RecipientNotFound(['/body/userId']);
      await this.allowance.use(actorId, amount);
      const movement = { userId, type: 'manual_reward' as const, amount, description: reason, actorId };
      const [posted] = await this.earnings.give([movement]);
      return posted as PostedMovement;
    });
  }

  /**
   * Gives the same amount to all recipients, or to none of them.
   * @throws Forbidden if the administrator is among the recipients, ConfirmationRequired, RecipientNotFound, TooManyRecipients, BalanceTooLarge
   */
  async giveMany(audience: Audience, { amount, reason, actorId }: Gift): Promise<PostedMovement[]> {
    return this.database.transaction(async () => {
      const recipientIds = await this.getRecipientIds(audience);
      requireNotAmong(actorId, recipientIds);
      if (recipientIds.length > 0) await this.allowance.use(actorId, amount * recipientIds.length);
      const fields = { type: 'bulk_reward' as const, amount, description: reason, actorId };
      return this.earnings.give(recipientIds.map((userId) => ({ userId, ...fields })));
    });
  }

  /** @throws RecipientNotFound, TooManyRecipients */
  getRecipientIds(audience: Audience): Promise<number[]> {
    return 'role' in audience ? this.getActiveIdsWithRole(audience.role) : this.requireActive(audience.userIds);
  }

  private async requireActive(userIds: readonly number[]): Promise<number[]> {
    const activeIds = new Set(await this.findActiveIds(userIds));
    const errorPointers: string[] = [];
    for (const [index, userId] of userIds.entries())
      if (!activeIds.has(userId)) errorPointers.push(`/body/userIds/${index}`);
    if (errorPointers.length > 0) throw new RecipientNotFound(errorPointers.slice(0, maxReportedErrors));
    return [...activeIds];
  }

  private async getActiveIdsWithRole(role: Role): Promise<number[]> {
    const sql = `SELECT id FROM users_user WHERE role = $1 AND is_active ORDER BY id LIMIT ${maxRecipients + 1}`;
    const people = await this.database.rows({ id: int }, sql, [role]);
    if (people.length > maxRecipients)
      throw new TooManyRecipients(
        `One reward has at most ${maxRecipients} recipients. Send several requests with userIds.`,
      );
    return people.map(({ id }) => id);
  }

  private async findActiveIds(userIds: readonly number[]): Promise<number[]> {
    const sql = `SELECT id FROM users_user WHERE id IN (${placeholders(userIds.length)}) AND is_active`;
    const people = await this.database.rows({ id: int }, sql, userIds);
    return people.map(({ id }) => id);
  }
}
