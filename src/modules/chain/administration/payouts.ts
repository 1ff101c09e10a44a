import { Injectable } from '@nestjs/common';
import { bool, int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { Clock } from '../../../platform/time/clock';
import { hasDecisionSql, mayPaySql } from '../withdrawals/payment-conditions';
import { PaymentsUnexplained, PayoutBooked, PayoutNotFound } from './administration.errors';

/** Payments nobody ordered: what they took is missing in the books until somebody books it as lost. */
@Injectable()
export class Payouts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Not while it looks like the payment of a withdrawal that goes on: that one is settled with it, or cancelled by an
   * administrator's decision. Who cancels and who books are two people, and neither is the one who was paid: alone, somebody
   * could give a withdrawal back that was paid, and hide it.
   * @throws Forbidden, PayoutNotFound, PayoutBooked, PaymentsUnexplained
   */
  async book(id: number, by: { reason: string; actorId: number }): Promise<void> {
    return this.database.transaction(async () => {
      const { isBooked } = await this.hold(id);
      if (isBooked) throw new PayoutBooked();
      await this.requireOthers(id, by.actorId);
      const open = await this.openLike(id);
      if (open.length > 0) throw new PaymentsUnexplained(open);
      await this.database.run(
        'INSERT INTO rewards_payout_booking (payout_id, reason, actor_id, booked_at) VALUES ($1, $2, $3, $4)',
        [id, by.reason, by.actorId, this.clock.now()],
      );
    });
  }

  private async hold(id: number): Promise<{ isBooked: boolean }> {
    const locked = `SELECT id FROM rewards_payout WHERE id = $1 AND withdrawal_id IS NULL${this.database.dialect.forUpdate()}`;
    if (!(await this.database.row({ id: int }, locked, [id]))) throw new PayoutNotFound();
    const sql = 'SELECT count(*) > 0 AS "isBooked" FROM rewards_payout_booking WHERE payout_id = $1';
    return (await this.database.row({ isBooked: bool }, sql, [id])) as { isBooked: boolean };
  }

  private async requireOthers(id: number, actorId: number): Promise<void> {
    const isCancelled = `w.state <> 'confirmed' AND ${hasDecisionSql('cancel', 'w', '$2')}`;
    const own = await this.database.row(
      { isOwn: bool },
      `SELECT w.user_id = $2 AS "isOwn" FROM rewards_withdrawal w JOIN rewards_payout p ON p.id = $1 AND ${mayPaySql('p', 'w')}
       WHERE w.user_id = $2 OR (${isCancelled}) ORDER BY "isOwn" DESC LIMIT 1`,
      [id, actorId],
    );
    if (own?.isOwn)
      throw new Forbidden('It may be the payment of your own withdrawal: another administrator must book it.');
    if (own)
      throw new Forbidden('You have cancelled the withdrawal it may have paid: another administrator must book it.');
  }

  private async openLike(id: number): Promise<number[]> {
    const rows = await this.database.rows(
      { id: int },
      `SELECT w.id FROM rewards_withdrawal w JOIN rewards_payout p ON p.id = $1 AND ${mayPaySql('p', 'w')}
       WHERE w.state IN ('reserved', 'signing', 'signed', 'broadcast') AND NOT ${hasDecisionSql('cancel', 'w')}
       ORDER BY w.id LIMIT 100`,
      [id],
    );
    return rows.map((row) => row.id);
  }
}
