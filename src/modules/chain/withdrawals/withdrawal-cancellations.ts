import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Ledger } from '../../rewards';
import { Decisions } from '../decisions/decisions';
import { WithdrawalNotFound, WithdrawalUnderWay } from './withdrawals.errors';
import { WithdrawalsQuery, type WithdrawalRow } from './withdrawals.query';

/**
 * Cancels withdrawals that have no nonce. The request does not refund the coins, because a withdrawal that is reserved in a restored backup
 * may already be paid on the chain. The process that polls the chain refunds them.
 */
@Injectable()
export class WithdrawalCancellations {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly withdrawals: WithdrawalsQuery,
    private readonly decisions: Decisions,
    private readonly clock: Clock,
  ) {}

  /**
   * The owner or an administrator can cancel. A withdrawal that is already cancelled or refunded does not change.
   * @throws WithdrawalNotFound, WithdrawalUnderWay
   */
  async cancel(actor: Actor, id: number): Promise<WithdrawalRow> {
    return this.database.transaction(async () => {
      const { userId } = await this.get(actor, id);
      this.ledger.lock([userId]);
      const isChanged = await this.markCancelling(id);
      // A cancellation by the owner is no decision of an administrator.
      if (isChanged && actor.id !== userId)
        await this.decisions.record({ withdrawalId: id }, 'cancel', { reason: 'Cancelled', actorId: actor.id });
      const withdrawal = await this.get(actor, id);
      if (withdrawal.state !== 'refunded' && !withdrawal.cancelling) throw new WithdrawalUnderWay();
      return withdrawal;
    });
  }

  private async get({ id: actorId, role }: Actor, id: number): Promise<WithdrawalRow & { userId: number }> {
    const withdrawal = await this.withdrawals.find(id, role === 'admin' ? null : actorId);
    if (!withdrawal) throw new WithdrawalNotFound();
    return withdrawal;
  }

  /** The worker may assign a nonce at the same moment. Both statements require `reserved`, so that only one of them succeeds. */
  private async markCancelling(id: number): Promise<boolean> {
    const sql = `UPDATE rewards_withdrawal SET cancelling = $3, changed_at = $2
      WHERE id = $1 AND state = 'reserved' AND NOT cancelling`;
    return (await this.database.run(sql, [id, this.clock.now(), true])) === 1;
  }
}
