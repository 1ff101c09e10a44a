import { Injectable, Logger } from '@nestjs/common';
import { int, nullable, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { BalanceTooLarge, Ledger } from '../../rewards';
import type { CursorState } from '../cursor/cursor-store';
import { Halts, refundPostponed } from '../decisions/halts';
import type { ChainView } from '../nodes/chain-view';
import { WithdrawalRefunds, type RefundReason } from '../withdrawals/withdrawal-refunds';

const maxPerPoll = 100;
const shape = { id: int, userId: int, amount: int, actorId: nullable(int) };
type CancelledWithdrawal = Row<typeof shape>;

/**
 * Refunds withdrawals that were cancelled before they had a nonce (I12). This requires a poll in which the chain and the pools of
 * all nodes have used exactly the assigned nonces. A database that is older than the chain has assigned fewer.
 */
@Injectable()
export class CancelledWithdrawals {
  private readonly log = new Logger('Chain');

  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly ledger: Ledger,
    private readonly refunds: WithdrawalRefunds,
    private readonly halts: Halts,
  ) {}

  /** @returns the number of refunded withdrawals */
  async refund(lease: HeldLease, cursor: CursorState, { pendingNonce }: ChainView): Promise<number> {
    if (!cursor.hasCancelled || cursor.isHalted || pendingNonce !== cursor.nextNonce) return 0;
    const sql = `SELECT w.id, w.user_id AS "userId", w.amount, (SELECT max(d.actor_id) FROM rewards_chain_decision d
        WHERE d.withdrawal_id = w.id AND d.action = 'cancel') AS "actorId"
      FROM rewards_withdrawal w WHERE w.state = 'reserved' AND w.cancelling ORDER BY w.changed_at, w.id LIMIT ${maxPerPoll}`;
    let refundedCount = 0;
    for (const withdrawal of await this.database.rows(shape, sql))
      if (await this.refundOrPostpone(lease, cursor, withdrawal)) refundedCount++;
    return refundedCount;
  }

  /** A refund that would raise the balance above its limit is postponed, so that the others do not wait for it. */
  private async refundOrPostpone(
    lease: HeldLease,
    cursor: CursorState,
    withdrawal: CancelledWithdrawal,
  ): Promise<boolean> {
    try {
      return await this.refundOne(lease, cursor, withdrawal);
    } catch (error) {
      if (!(error instanceof BalanceTooLarge)) throw error;
      this.log.error(`Withdrawal ${withdrawal.id} cannot be refunded yet: ${error.message}`);
      await this.database.transaction(async () => {
        await this.leases.fence(lease);
        await this.halts.postpone(withdrawal.id, refundPostponed);
      });
      return false;
    }
  }

  private refundOne(lease: HeldLease, cursor: CursorState, withdrawal: CancelledWithdrawal): Promise<boolean> {
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.ledger.lock([withdrawal.userId]);
      const isDue = await this.isStillDue(withdrawal, cursor);
      if (isDue) await this.refunds.refund(withdrawal, refundReasonOf(withdrawal));
      return isDue;
    });
  }

  /** After the poll an administrator may have halted the wallet or settled the withdrawal. */
  private async isStillDue({ id }: CancelledWithdrawal, { walletId, nextNonce }: CursorState): Promise<boolean> {
    const sql = `SELECT h.id FROM rewards_hot_wallet h WHERE h.id = $1 AND h.next_nonce = $2 AND h.halted_at IS NULL
        AND EXISTS (SELECT 1 FROM rewards_withdrawal w WHERE w.id = $3 AND w.state = 'reserved' AND w.cancelling)
      ${this.database.dialect.forUpdate('h')}`;
    return (await this.database.row({ id: int }, sql, [walletId, nextNonce, id])) !== undefined;
  }
}

/** A person is not notified of their own cancellation. */
function refundReasonOf({ actorId }: CancelledWithdrawal): RefundReason {
  const description = 'Withdrawal cancelled';
  if (actorId === null) return { reason: 'Cancelled', description, isNotified: false };
  return { reason: 'Cancelled by an administrator', description, actorId, isNotified: true };
}
