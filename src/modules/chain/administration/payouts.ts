import { Injectable } from '@nestjs/common';
import { bool, int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { Clock } from '../../../platform/time/clock';
import type { DecisionMaker } from '../decisions/decisions';
import { hasDecisionSql, mayPaySql } from '../withdrawals/payment-conditions';
import { PaymentsUnexplained, PayoutBooked, PayoutNotFound } from './administration.errors';

/** Books payments that belong to no withdrawal as lost. Until then the audit and the supply report them. */
@Injectable()
export class Payouts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * A payment cannot be booked while it may have paid an open withdrawal. An administrator must first settle that withdrawal with this
   * payment, or cancel it. The administrator who books must not be the one who cancelled, nor the person who was paid. Otherwise one
   * administrator could refund a withdrawal that was paid, and hide the payment.
   * @throws Forbidden, PayoutNotFound, PayoutBooked, PaymentsUnexplained
   */
  async book(id: number, { reason, actorId }: DecisionMaker): Promise<void> {
    return this.database.transaction(async () => {
      await this.lock(id);
      if (await this.isBooked(id)) throw new PayoutBooked();
      await this.requireUninvolvedActor(id, actorId);
      const withdrawalIds = await this.listOpenWithdrawalIds(id);
      if (withdrawalIds.length > 0) throw new PaymentsUnexplained(withdrawalIds);
      const sql = 'INSERT INTO rewards_payout_booking (payout_id, reason, actor_id, booked_at) VALUES ($1, $2, $3, $4)';
      await this.database.run(sql, [id, reason, actorId, this.clock.now()]);
    });
  }

  private async lock(id: number): Promise<void> {
    const sql = `SELECT id FROM rewards_payout WHERE id = $1 AND withdrawal_id IS NULL${this.database.dialect.forUpdate()}`;
    const payout = await this.database.row({ id: int }, sql, [id]);
    if (!payout) throw new PayoutNotFound();
  }

  private async isBooked(id: number): Promise<boolean> {
    const sql = 'SELECT count(*) > 0 AS "isBooked" FROM rewards_payout_booking WHERE payout_id = $1';
    return (await this.database.row({ isBooked: bool }, sql, [id]))!.isBooked;
  }

  /** The actor must not own or have cancelled a withdrawal that the payment may have paid. @throws Forbidden */
  private async requireUninvolvedActor(id: number, actorId: number): Promise<void> {
    const isCancelledByActorSql = `withdrawal.state <> 'confirmed' AND ${hasDecisionSql('cancel', 'withdrawal', '$2')}`;
    const sql = `SELECT withdrawal.user_id = $2 AS "isOwn" FROM rewards_withdrawal withdrawal
      JOIN rewards_payout payout ON payout.id = $1 AND ${mayPaySql('payout', 'withdrawal')}
      WHERE withdrawal.user_id = $2 OR (${isCancelledByActorSql}) ORDER BY "isOwn" DESC LIMIT 1`;
    const involved = await this.database.row({ isOwn: bool }, sql, [id, actorId]);
    if (!involved) return;
    const relation = involved.isOwn ? 'your own withdrawal' : 'a withdrawal that you cancelled';
    throw new Forbidden(`This payment may have paid ${relation}. Another administrator must book it.`);
  }

  /** The withdrawals that the payment may have paid, that have not ended, and that no administrator has cancelled. */
  private async listOpenWithdrawalIds(id: number): Promise<number[]> {
    const sql = `SELECT withdrawal.id FROM rewards_withdrawal withdrawal
      JOIN rewards_payout payout ON payout.id = $1 AND ${mayPaySql('payout', 'withdrawal')}
      WHERE withdrawal.state IN ('reserved', 'signing', 'signed', 'broadcast')
        AND NOT ${hasDecisionSql('cancel', 'withdrawal')}
      ORDER BY withdrawal.id LIMIT 100`;
    const withdrawals = await this.database.rows({ id: int }, sql, [id]);
    return withdrawals.map((withdrawal) => withdrawal.id);
  }
}
