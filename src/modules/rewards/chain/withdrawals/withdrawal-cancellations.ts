import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../../platform/auth/actor';
import { Database } from '../../../../platform/database/database';
import { Clock } from '../../../../platform/time/clock';
import { Ledger } from '../../ledger';
import { WithdrawalRefunds, type RefundGrounds } from './withdrawal-refunds';
import { WithdrawalNotFound, WithdrawalUnderWay } from './withdrawals.errors';
import { WithdrawalsQuery, type WithdrawalRow } from './withdrawals.query';

/** A withdrawal taken back before it has a nonce: nothing of it can be on the chain. */
@Injectable()
export class WithdrawalCancellations {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly withdrawals: WithdrawalsQuery,
    private readonly refunds: WithdrawalRefunds,
    private readonly clock: Clock,
  ) {}

  /**
   * By its owner or an administrator; what is refunded already stays as it is.
   * @throws WithdrawalNotFound, WithdrawalUnderWay, BalanceTooLarge
   */
  async cancel(actor: Actor, id: number): Promise<WithdrawalRow> {
    return this.database.transaction(async () => {
      const found = await this.find(actor, id);
      await this.ledger.lock([found.userId]);
      if (await this.hold(actor, id)) await this.refunds.refund(found, groundsOf(actor, found.userId));
      const now = await this.find(actor, id);
      if (now.state !== 'refunded') throw new WithdrawalUnderWay();
      return now;
    });
  }

  private async find({ id: actorId, role }: Actor, id: number): Promise<WithdrawalRow & { userId: number }> {
    const found = await this.withdrawals.one(id, role === 'admin' ? null : actorId);
    if (!found) throw new WithdrawalNotFound();
    return found;
  }

  /**
   * Against the worker that would give it a nonce: one of the two finds it reserved. While the hot wallet stands still its books are in
   * doubt, and what looks reserved in a restored backup may be paid: then only an administrator can tell.
   */
  private async hold({ role }: Actor, id: number): Promise<boolean> {
    const halted = 'EXISTS (SELECT 1 FROM rewards_hot_wallet WHERE halted_at IS NOT NULL)';
    const sql = `UPDATE rewards_withdrawal SET changed_at = $2
       WHERE id = $1 AND state = 'reserved'${role === 'admin' ? '' : ` AND NOT ${halted}`}`;
    return (await this.database.run(sql, [id, this.clock.now()])) === 1;
  }
}

/** One's own doing is no news. */
function groundsOf(actor: Actor, ownerId: number): RefundGrounds {
  const description = 'Withdrawal cancelled';
  if (actor.id === ownerId) return { reason: 'Cancelled', description, tell: false };
  return { reason: 'Cancelled by an administrator', description, actorId: actor.id, tell: true };
}
