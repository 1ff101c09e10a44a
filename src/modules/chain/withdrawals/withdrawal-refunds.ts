import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { Ledger, type Movement } from '../../rewards';
import { WithdrawalFailed } from '../chain.events';

interface RefundableWithdrawal {
  id: number;
  userId: number;
  amount: number;
}

export interface RefundReason {
  /** Stored with the withdrawal. If `isNotified` is true, the person is notified with this text. */
  reason: string;
  /** The description of the transaction in the ledger. */
  description: string;
  /** The administrator who decided. */
  actorId?: number;
  isNotified: boolean;
}

/** The withdrawal is already confirmed or refunded. Only a defect in the code can cause this error, because the callers check the state before. */
class RefundImpossible extends Error {
  override name = 'RefundImpossible';
}

/** Refunds the coins of a withdrawal once, and ends it. */
@Injectable()
export class WithdrawalRefunds {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs in the transaction of the caller. The caller must know that the chain has not paid the withdrawal and never will. Locks: the
   * person, then the withdrawal. A caller that has already locked the withdrawal must have locked the person before (`ledger.lock`).
   * @throws RefundImpossible, BalanceTooLarge
   */
  async refund(withdrawal: RefundableWithdrawal, refundReason: RefundReason): Promise<void> {
    return this.database.transaction(async () => {
      this.ledger.lock([withdrawal.userId]);
      await this.lock(withdrawal);
      const [refund] = await this.ledger.post([creditOf(withdrawal, refundReason)]);
      const sql = `UPDATE rewards_withdrawal SET state = 'refunded', refund_id = $2, reason = $3 WHERE id = $1`;
      await this.database.run(sql, [withdrawal.id, refund!.id, refundReason.reason]);
      if (refundReason.isNotified) await this.events.publish(toWithdrawalFailed(withdrawal, refundReason));
    });
  }

  /** This update locks the row, so that no other refund and no confirmation can happen before the commit. */
  private async lock({ id, userId, amount }: RefundableWithdrawal): Promise<void> {
    const sql = `UPDATE rewards_withdrawal SET changed_at = $4
      WHERE id = $1 AND user_id = $2 AND amount = $3 AND refund_id IS NULL AND state <> 'confirmed'`;
    const lockedCount = await this.database.run(sql, [id, userId, amount, this.clock.now()]);
    if (lockedCount === 0)
      throw new RefundImpossible(
        `Withdrawal ${id} is not refunded: it is confirmed or refunded already, or its person or amount differ`,
      );
  }
}

function creditOf({ id, userId, amount }: RefundableWithdrawal, { description, actorId }: RefundReason): Movement {
  const relatedObject = { type: 'rewards.withdrawal', id };
  const credit: Movement = { userId, type: 'withdrawal_refund', amount, description, relatedObject };
  return actorId === undefined ? credit : { ...credit, actorId };
}

const toWithdrawalFailed = ({ id, userId, amount }: RefundableWithdrawal, { reason }: RefundReason): WithdrawalFailed =>
  new WithdrawalFailed({ withdrawalId: id, userId, amount, reason });
