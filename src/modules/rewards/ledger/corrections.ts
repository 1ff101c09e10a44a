import { Injectable } from '@nestjs/common';
import { int, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { LearnerTotals } from '../../progress';
import { Ledger } from './ledger';
import type { Movement, Posted } from './movement';
import { StaffAllowance } from '../grants/staff-allowance';
import { AlreadyReversed, NotReversible, RecipientNotFound, TransactionNotFound } from '../rewards.errors';
import { requireOthers } from '../rewards.policy';
import { earningTypes, isReversible, signOf, transferTypes, typeIn, type TransactionType } from './transaction-types';

/** Why, and which administrator says so. */
export interface Decision {
  reason: string;
  actorId: number;
}

const legShape = { id: int, userId: int, type: textOf<TransactionType>(), amount: int };
type Leg = Row<typeof legShape>;

/** What staff put right. Nothing is ever changed or removed: a correction is a new row, and no balance goes below zero (rule 13). */
@Injectable()
export class Corrections {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly totals: LearnerTotals,
    private readonly allowance: StaffAllowance,
  ) {}

  /**
   * Adds to a balance, or takes from it.
   * @param amount whole TeoCoins with their sign, not zero
   * @throws Forbidden for oneself, ConfirmationRequired, RecipientNotFound, InsufficientBalance, BalanceTooLarge
   */
  async adjust(userId: number, amount: number, { reason, actorId }: Decision): Promise<Posted> {
    requireOthers(actorId, [userId]);
    return this.database.transaction(async () => {
      const person = await this.database.row({ id: int }, 'SELECT id FROM users_user WHERE id = $1', [userId]);
      if (!person) throw new RecipientNotFound(['/body/userId']);
      if (amount > 0) await this.allowance.take(actorId, amount);
      const type = amount > 0 ? 'admin_adjustment_credit' : 'admin_adjustment_debit';
      const movement = { userId, type, amount: Math.abs(amount), description: reason, actorId } as const;
      const [posted] = await this.ledger.post([movement]);
      return posted as Posted;
    });
  }

  /**
   * Takes a transaction back, once, by an entry that points at it; a transfer with both its sides.
   * @throws Forbidden for one's own, TransactionNotFound, NotReversible, AlreadyReversed, InsufficientBalance, BalanceTooLarge
   */
  async reverse(transactionId: number, decision: Decision): Promise<Posted[]> {
    return this.database.transaction(async () => {
      const legs = await this.legsOf(transactionId);
      requireOthers(
        decision.actorId,
        legs.map(({ userId }) => userId),
      );
      await this.totals.add(legs.filter(isEarning).map(({ userId, amount }) => ({ userId, coins: -amount })));
      // Before looking: a twin that looks while the first one posts would not find its row, but perhaps no coins either.
      await this.ledger.lock(legs.map((leg) => leg.userId));
      await this.requireStanding(legs);
      return this.ledger.post(legs.map((leg) => reversalOf(leg, decision)));
    });
  }

  private async legsOf(transactionId: number): Promise<Leg[]> {
    const rows = await this.database.rows(
      legShape,
      `SELECT id, user_id AS "userId", transaction_type AS type, amount FROM rewards_teocointransaction
       WHERE operation_id = (SELECT operation_id FROM rewards_teocointransaction WHERE id = $1)
         AND (id = $1 OR ${typeIn(transferTypes)}) ORDER BY id`,
      [transactionId],
    );
    const asked = rows.find((row) => row.id === transactionId);
    if (!asked) throw new TransactionNotFound();
    if (!isReversible(asked.type)) throw new NotReversible();
    return isTransfer(asked) ? rows.filter(isTransfer) : [asked];
  }

  private async requireStanding(legs: readonly Leg[]): Promise<void> {
    const reversed = await this.database.row(
      { id: int },
      `SELECT id FROM rewards_teocointransaction WHERE reverses_id IN (${placeholders(legs.length)})`,
      legs.map((leg) => leg.id),
    );
    if (reversed) throw new AlreadyReversed();
  }
}

const isTransfer = ({ type }: Leg): boolean => (transferTypes as readonly TransactionType[]).includes(type);
const isEarning = ({ type }: Leg): boolean => (earningTypes as readonly TransactionType[]).includes(type);

function reversalOf({ id, userId, type, amount }: Leg, { reason, actorId }: Decision): Movement {
  return {
    userId,
    type: signOf(type) === 1 ? 'reversal_debit' : 'reversal_credit',
    amount,
    description: reason,
    relatedObject: { type: 'rewards.teocointransaction', id },
    reversesId: id,
    actorId,
  };
}
