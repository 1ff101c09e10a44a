import { Injectable, Logger } from '@nestjs/common';
import { int, nullable, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { BalanceTooLarge, Ledger } from '../../rewards';
import type { CursorState } from '../cursor/cursor-store';
import { Halts, refundPostponed } from '../decisions/halts';
import type { ChainView } from '../nodes/chain-view';
import { WithdrawalRefunds, type RefundReason } from '../withdrawals/withdrawal-refunds';

/** The maximum number of withdrawals that one poll refunds. */
const maxPerPoll = 100;
const shape = { id: int, userId: int, amount: int, actorId: nullable(int) };
type CancelledWithdrawal = Row<typeof shape>;

/**
 * Refunds withdrawals that were cancelled before they had a nonce (I12). The poll must have shown that the chain and the pools of all nodes
 * have used exactly the assigned nonces. Otherwise the database may be older than the chain, and the withdrawal may have been paid.
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
    let refundedCount = 0;
    for (const withdrawal of await this.listCancelled()) {
      if (await this.refundOrPostpone(lease, cursor, withdrawal)) refundedCount++;
    }
    return refundedCount;
  }

  /** Withdrawals that were changed longest ago come first, so that postponed ones do not block the others. */
  private listCancelled(): Promise<CancelledWithdrawal[]> {
    const cancellingActorSql = `SELECT max(decision.actor_id) FROM rewards_chain_decision decision
      WHERE decision.withdrawal_id = withdrawal.id AND decision.action = 'cancel'`;
    const sql = `SELECT withdrawal.id, withdrawal.user_id AS "userId", withdrawal.amount, (${cancellingActorSql}) AS "actorId"
      FROM rewards_withdrawal withdrawal WHERE withdrawal.state = 'reserved' AND withdrawal.cancelling
      ORDER BY withdrawal.changed_at, withdrawal.id LIMIT ${maxPerPoll}`;
    return this.database.rows(shape, sql);
  }

  /** A refund that would raise the balance above its limit is postponed, so that other refunds do not wait for it. @returns whether it was refunded */
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
      this.ledger.lock([withdrawal.userId]);
      const isDue = await this.isStillDue(withdrawal, cursor);
      if (isDue) await this.refunds.refund(withdrawal, refundReasonOf(withdrawal));
      return isDue;
    });
  }

  /** Checks the rows again, because an administrator may have halted the wallet or settled the withdrawal after the poll. */
  private async isStillDue({ id }: CancelledWithdrawal, { walletId, nextNonce }: CursorState): Promise<boolean> {
    const sql = `SELECT wallet.id FROM rewards_hot_wallet wallet
      WHERE wallet.id = $1 AND wallet.next_nonce = $2 AND wallet.halted_at IS NULL
        AND EXISTS (SELECT 1 FROM rewards_withdrawal WHERE id = $3 AND state = 'reserved' AND cancelling)
      ${this.database.dialect.forUpdate('wallet')}`;
    const wallet = await this.database.row({ id: int }, sql, [walletId, nextNonce, id]);
    return wallet !== undefined;
  }
}

/** A person is not notified of their own cancellation. */
function refundReasonOf({ actorId }: CancelledWithdrawal): RefundReason {
  const description = 'Withdrawal cancelled';
  if (actorId === null) return { reason: 'Cancelled', description, isNotified: false };
  return { reason: 'Cancelled by an administrator', description, actorId, isNotified: true };
}
