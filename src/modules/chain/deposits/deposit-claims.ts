import { Injectable } from '@nestjs/common';
import { int, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { DepositCredits } from './deposit-credits';

/** Whose a deposit is follows from who has linked its sender. */
@Injectable()
export class DepositClaims {
  constructor(
    private readonly database: Database,
    private readonly credits: DepositCredits,
  ) {}

  /** In the transaction that links the sender: the final ones are credited, the others will be when they are final. */
  async attribute(userId: number, sender: string): Promise<void> {
    const sql = `UPDATE rewards_deposit SET user_id = $1 WHERE sender = $2 AND state = 'seen'`;
    await this.database.run(sql, [userId, sender]);
    const waiting = await this.database.rows(
      { id: int, amount: int, txHash: text },
      `SELECT id, amount, tx_hash AS "txHash" FROM rewards_deposit
       WHERE sender = $1 AND state = 'unattributed' AND amount > 0 ORDER BY id`,
      [sender],
    );
    if (waiting.length > 0) await this.credits.credit(waiting.map((deposit) => ({ ...deposit, userId })));
  }

  /** In the transaction that unlinks the sender: what is not credited is nobody's. */
  async release(sender: string): Promise<void> {
    for (const state of ['seen', 'unattributed'])
      await this.database.run(
        `UPDATE rewards_deposit SET user_id = NULL WHERE sender = $1 AND state = '${state}' AND user_id IS NOT NULL`,
        [sender],
      );
  }
}
