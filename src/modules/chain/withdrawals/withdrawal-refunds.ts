import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { Ledger, type Movement, type PostedMovement } from '../../rewards';
import { WithdrawalFailed } from '../chain.events';

export interface Refundable {
  id: number;
  userId: number;
  amount: number;
}

export interface RefundGrounds {
  /** Kept with the withdrawal and, with `tell`, told to the person. */
  reason: string;
  /** Of the row in the ledger. */
  description: string;
  /** The administrator who decided it. */
  actorId?: number;
  /** Whether it is news to the person. */
  tell: boolean;
}

/** A refund of what is confirmed, or refunded already: never by a request, always by a defect of ours. */
export class RefundImpossible extends Error {
  override name = 'RefundImpossible';
}

/** Gives the coins of a withdrawal back, once, and ends it. */
@Injectable()
export class WithdrawalRefunds {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * In the open transaction. That the chain has not paid and never will is the caller's to know. Locks: the person, then the
   * withdrawal; who holds the withdrawal already must hold the person before (`ledger.lock`).
   * @throws RefundImpossible, BalanceTooLarge
   */
  async refund(withdrawal: Refundable, grounds: RefundGrounds): Promise<PostedMovement> {
    return this.database.transaction(async () => {
      await this.ledger.lock([withdrawal.userId]);
      await this.take(withdrawal);
      const [refund] = await this.ledger.post([creditOf(withdrawal, grounds)]);
      await this.end(withdrawal, (refund as PostedMovement).id, grounds.reason);
      if (grounds.tell) await this.events.publish(newsOf(withdrawal, grounds));
      return refund as PostedMovement;
    });
  }

  /** Before posting: from here on no other refund, and no confirmation, finds it open. */
  private async take({ id, userId, amount }: Refundable): Promise<void> {
    const taken = await this.database.run(
      `UPDATE rewards_withdrawal SET changed_at = $4
       WHERE id = $1 AND user_id = $2 AND amount = $3 AND refund_id IS NULL AND state <> 'confirmed'`,
      [id, userId, amount, this.clock.now()],
    );
    if (taken === 0) throw new RefundImpossible(`Withdrawal ${id} is confirmed, refunded or another one`);
  }

  private async end({ id }: Refundable, refundId: number, reason: string): Promise<void> {
    await this.database.run(
      `UPDATE rewards_withdrawal SET state = 'refunded', refund_id = $2, reason = $3 WHERE id = $1`,
      [id, refundId, reason],
    );
  }
}

function creditOf({ id, userId, amount }: Refundable, { description, actorId }: RefundGrounds): Movement {
  const actor = actorId === undefined ? {} : { actorId };
  const relatedObject = { type: 'rewards.withdrawal', id };
  return { userId, type: 'withdrawal_refund', amount, description, relatedObject, ...actor };
}

const newsOf = ({ id, userId, amount }: Refundable, { reason }: RefundGrounds): WithdrawalFailed =>
  new WithdrawalFailed({ withdrawalId: id, userId, amount, reason });
