import { Injectable, Logger } from '@nestjs/common';
import { int, nullable, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { BalanceTooLarge, Ledger } from '../../rewards';
import { Halts } from '../decisions/halts';
import type { ChainView } from '../nodes/chain-view';
import type { CursorState } from '../cursor/cursor-store';
import { WithdrawalRefunds, type RefundGrounds } from '../withdrawals/withdrawal-refunds';

const perTick = 100;
const shape = { id: int, userId: int, amount: int, actorId: nullable(int) };
type Cancelled = Row<typeof shape>;

/**
 * Gives back the coins of what was cancelled before it had a nonce (I12). Only after a look that found as many nonces used,
 * pools included, as we have given out: a database that is older than the chain has given out fewer.
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

  /** @returns how many were refunded */
  async refund(lease: HeldLease, marks: CursorState, { pendingNonce }: ChainView): Promise<number> {
    if (!marks.hasCancelled || marks.isHalted || pendingNonce !== marks.nextNonce) return 0;
    const cancelled = await this.database.rows(
      shape,
      `SELECT w.id, w.user_id AS "userId", w.amount, (SELECT max(d.actor_id) FROM rewards_chain_decision d
         WHERE d.withdrawal_id = w.id AND d.action = 'cancel') AS "actorId"
       FROM rewards_withdrawal w WHERE w.state = 'reserved' AND w.cancelling ORDER BY w.changed_at, w.id LIMIT ${perTick}`,
    );
    let refunded = 0;
    for (const one of cancelled) if (await this.giveBack(lease, marks, one)) refunded++;
    return refunded;
  }

  /** One that finds no room in the balance comes last the next time: the others do not wait for it. */
  private async giveBack(lease: HeldLease, marks: CursorState, cancelled: Cancelled): Promise<boolean> {
    try {
      return await this.database.transaction(async () => {
        await this.leases.fence(lease);
        await this.ledger.lock([cancelled.userId]);
        if (!(await this.isStillDue(cancelled, marks))) return false;
        await this.refunds.refund(cancelled, groundsOf(cancelled));
        return true;
      });
    } catch (error) {
      if (!(error instanceof BalanceTooLarge)) throw error;
      this.log.error(`Withdrawal ${cancelled.id} cannot be refunded: ${error.message}`);
      await this.database.transaction(async () => {
        await this.leases.fence(lease);
        await this.halts.postpone(cancelled.id, 'The refund waits for room in the balance');
      });
      return false;
    }
  }

  /** Since the look an administrator may have halted the wallet, or settled the withdrawal. */
  private async isStillDue({ id }: Cancelled, { walletId, nextNonce }: CursorState): Promise<boolean> {
    const held = await this.database.row(
      { id: int },
      `SELECT h.id FROM rewards_hot_wallet h WHERE h.id = $1 AND h.next_nonce = $2 AND h.halted_at IS NULL
         AND EXISTS (SELECT 1 FROM rewards_withdrawal w WHERE w.id = $3 AND w.state = 'reserved' AND w.cancelling)
       ${this.database.dialect.forUpdate('h')}`,
      [walletId, nextNonce, id],
    );
    return held !== undefined;
  }
}

/** One's own doing is no news. */
function groundsOf({ actorId }: Cancelled): RefundGrounds {
  const description = 'Withdrawal cancelled';
  if (actorId === null) return { reason: 'Cancelled', description, tell: false };
  return { reason: 'Cancelled by an administrator', description, actorId, tell: true };
}
