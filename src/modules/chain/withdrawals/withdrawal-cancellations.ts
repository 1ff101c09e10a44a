import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Ledger } from '../../rewards';
import { Decisions } from '../decisions/decisions';
import { WithdrawalNotFound, WithdrawalUnderWay } from './withdrawals.errors';
import { WithdrawalsQuery, type WithdrawalRow } from './withdrawals.query';

/**
 * A withdrawal that is no longer wanted, before it has a nonce. That nothing of it is on the chain is not for a request to
 * say: what looks reserved in a restored backup may be paid. Who follows the chain gives the coins back.
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
   * By its owner or an administrator; what is cancelled or refunded already stays as it is.
   * @throws WithdrawalNotFound, WithdrawalUnderWay
   */
  async cancel(actor: Actor, id: number): Promise<WithdrawalRow> {
    return this.database.transaction(async () => {
      const { userId } = await this.find(actor, id);
      await this.ledger.lock([userId]);
      if ((await this.unwant(id)) && actor.id !== userId) {
        const decision = { action: 'cancel', reason: 'Cancelled', actorId: actor.id } as const;
        await this.decisions.keep({ withdrawalId: id }, decision);
      }
      const now = await this.find(actor, id);
      if (now.state !== 'refunded' && !now.cancelling) throw new WithdrawalUnderWay();
      return now;
    });
  }

  private async find({ id: actorId, role }: Actor, id: number): Promise<WithdrawalRow & { userId: number }> {
    const found = await this.withdrawals.one(id, role === 'admin' ? null : actorId);
    if (!found) throw new WithdrawalNotFound();
    return found;
  }

  /** Against the worker that would give it a nonce: one of the two finds it reserved. */
  private async unwant(id: number): Promise<boolean> {
    const sql = `UPDATE rewards_withdrawal SET cancelling = $3, changed_at = $2
      WHERE id = $1 AND state = 'reserved' AND NOT cancelling`;
    return (await this.database.run(sql, [id, this.clock.now(), true])) === 1;
  }
}
