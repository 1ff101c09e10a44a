import { Injectable } from '@nestjs/common';
import { int, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { EventBus } from '../../../platform/events/event-bus';
import { LearnerTotals } from '../../progress';
import { Ledger } from './ledger';
import { signedAmountOf, type Movement, type PostedMovement } from './movement';
import { StaffAllowance } from '../grants/staff-allowance';
import { AlreadyReversed, NotReversible, RecipientNotFound, TransactionNotFound } from '../rewards.errors';
import { BalanceCorrected } from '../rewards.events';
import { requireNotAmong } from '../rewards.policy';
import {
  earningTypes,
  isReversible,
  signOf,
  transferTypes,
  typeInSql,
  type TransactionType,
} from './transaction-types';

/** Who decides about a correction, and why. */
interface StaffDecision {
  reason: string;
  actorId: number;
}

const originalShape = { id: int, userId: int, type: textOf<TransactionType>(), amount: int };
/** A transaction that is to be reversed. */
type Original = Row<typeof originalShape>;

/** Corrects balances for administrators. A correction only adds rows, and no balance becomes negative (rule 13). */
@Injectable()
export class Corrections {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly totals: LearnerTotals,
    private readonly allowance: StaffAllowance,
    private readonly events: EventBus,
  ) {}

  /**
   * Adds coins to a balance, or takes them.
   * @param amount whole TeoCoins with a sign, not zero
   * @throws Forbidden for one's own balance, ConfirmationRequired, RecipientNotFound, InsufficientBalance, BalanceTooLarge
   */
  async adjust(userId: number, amount: number, { reason, actorId }: StaffDecision): Promise<PostedMovement> {
    requireNotAmong(actorId, [userId]);
    return this.database.transaction(async () => {
      const person = await this.database.row({ id: int }, 'SELECT id FROM users_user WHERE id = $1', [userId]);
      if (!person) throw new RecipientNotFound(['/body/userId']);
      if (amount > 0) await this.allowance.use(actorId, amount);
      const type = amount > 0 ? 'admin_adjustment_credit' : 'admin_adjustment_debit';
      const movement = { userId, type, amount: Math.abs(amount), description: reason, actorId } as const;
      const [posted] = await this.ledger.post([movement]);
      await this.events.publish(toCorrected(posted as PostedMovement, 'adjustment'));
      return posted as PostedMovement;
    });
  }

  /**
   * Reverses a transaction at most once, by a new row that refers to it. Both sides of a transfer are reversed together.
   * @throws Forbidden for one's own transaction, TransactionNotFound, NotReversible, AlreadyReversed, InsufficientBalance, BalanceTooLarge
   */
  async reverse(transactionId: number, decision: StaffDecision): Promise<PostedMovement[]> {
    return this.database.transaction(async () => {
      const originals = await this.getOriginals(transactionId);
      const userIds = originals.map(({ userId }) => userId);
      requireNotAmong(decision.actorId, userIds);
      const earnedOriginals = originals.filter(isEarning);
      await this.totals.add(earnedOriginals.map(({ userId, amount }) => ({ userId, coins: -amount })));
      // The lock comes before the check, so that a concurrent reversal fails with AlreadyReversed, not with InsufficientBalance.
      this.ledger.lock(userIds);
      await this.requireNotReversed(originals);
      const posted = await this.ledger.post(originals.map((original) => toReversal(original, decision)));
      await this.events.publish(...posted.map((movement) => toCorrected(movement, 'reversal')));
      return posted;
    });
  }

  /** @returns the transaction, or both sides of the transfer to which it belongs */
  private async getOriginals(transactionId: number): Promise<Original[]> {
    const rows = await this.database.rows(
      originalShape,
      `SELECT id, user_id AS "userId", transaction_type AS type, amount FROM rewards_teocointransaction
       WHERE operation_id = (SELECT operation_id FROM rewards_teocointransaction WHERE id = $1)
         AND (id = $1 OR ${typeInSql(transferTypes)}) ORDER BY id`,
      [transactionId],
    );
    const requested = rows.find((row) => row.id === transactionId);
    if (!requested) throw new TransactionNotFound();
    if (!isReversible(requested.type)) throw new NotReversible();
    return isTransfer(requested) ? rows.filter(isTransfer) : [requested];
  }

  private async requireNotReversed(originals: readonly Original[]): Promise<void> {
    const reversal = await this.database.row(
      { id: int },
      `SELECT id FROM rewards_teocointransaction WHERE reverses_id IN (${placeholders(originals.length)})`,
      originals.map(({ id }) => id),
    );
    if (reversal) throw new AlreadyReversed();
  }
}

const isTransfer = ({ type }: Original): boolean => (transferTypes as readonly TransactionType[]).includes(type);
const isEarning = ({ type }: Original): boolean => (earningTypes as readonly TransactionType[]).includes(type);

function toReversal({ id, userId, type, amount }: Original, { reason, actorId }: StaffDecision): Movement {
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

export function toCorrected(posted: PostedMovement, kind: BalanceCorrected['payload']['kind']): BalanceCorrected {
  const { id: transactionId, userId, description: reason } = posted;
  return new BalanceCorrected({ transactionId, userId, amount: signedAmountOf(posted), kind, reason });
}
