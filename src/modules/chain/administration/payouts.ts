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
   * A payment cannot be booked while an open withdrawal could be the one that it paid. An administrator must first settle that
   * withdrawal with this payment, or cancel it. The administrator who cancelled and the one who books must be different people, and neither may be the person who was
   * paid. Otherwise one person could have a paid withdrawal refunded and hide it.
   * @throws Forbidden, PayoutNotFound, PayoutBooked, PaymentsUnexplained
   */
  async book(id: number, { reason, actorId }: DecisionMaker): Promise<void> {
    const sql = 'INSERT INTO rewards_payout_booking (payout_id, reason, actor_id, booked_at) VALUES ($1, $2, $3, $4)';
    return this.database.transaction(async () => {
      await this.lock(id);
      if (await this.isBooked(id)) throw new PayoutBooked();
      await this.requireAnotherPerson(id, actorId);
      const open = await this.openWithdrawalsLike(id);
      if (open.length > 0) throw new PaymentsUnexplained(open);
      await this.database.run(sql, [id, reason, actorId, this.clock.now()]);
    });
  }

  private async lock(id: number): Promise<void> {
    const sql = `SELECT id FROM rewards_payout WHERE id = $1 AND withdrawal_id IS NULL${this.database.dialect.forUpdate()}`;
    if (!(await this.database.row({ id: int }, sql, [id]))) throw new PayoutNotFound();
  }

  private async isBooked(id: number): Promise<boolean> {
    const sql = 'SELECT count(*) > 0 AS "isBooked" FROM rewards_payout_booking WHERE payout_id = $1';
    return (await this.database.row({ isBooked: bool }, sql, [id]))!.isBooked;
  }

  private async requireAnotherPerson(id: number, actorId: number): Promise<void> {
    const hasCancelled = `w.state <> 'confirmed' AND ${hasDecisionSql('cancel', 'w', '$2')}`;
    const sql = `SELECT w.user_id = $2 AS "isOwn" FROM rewards_withdrawal w JOIN rewards_payout p ON p.id = $1
      AND ${mayPaySql('p', 'w')} WHERE w.user_id = $2 OR (${hasCancelled}) ORDER BY "isOwn" DESC LIMIT 1`;
    const conflict = await this.database.row({ isOwn: bool }, sql, [id, actorId]);
    if (conflict?.isOwn)
      throw new Forbidden('This payment may have paid your own withdrawal. Another administrator must book it.');
    if (conflict)
      throw new Forbidden(
        'This payment may have paid a withdrawal that you cancelled. Another administrator must book it.',
      );
  }

  private async openWithdrawalsLike(id: number): Promise<number[]> {
    const sql = `SELECT w.id FROM rewards_withdrawal w JOIN rewards_payout p ON p.id = $1 AND ${mayPaySql('p', 'w')}
      WHERE w.state IN ('reserved', 'signing', 'signed', 'broadcast') AND NOT ${hasDecisionSql('cancel', 'w')}
      ORDER BY w.id LIMIT 100`;
    return (await this.database.rows({ id: int }, sql, [id])).map((row) => row.id);
  }
}
