import { Injectable } from '@nestjs/common';
import { int, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { DepositCredits } from './deposit-credits';

/** A deposit belongs to the person who has linked its sender. */
@Injectable()
export class DepositClaims {
  constructor(
    private readonly database: Database,
    private readonly credits: DepositCredits,
  ) {}

  /** Must run in the transaction that links the sender. Final deposits are credited now, the others when they are final. */
  async claim(userId: number, sender: string): Promise<void> {
    const seenSql = `UPDATE rewards_deposit SET user_id = $1 WHERE sender = $2 AND state = 'seen'`;
    await this.database.run(seenSql, [userId, sender]);
    const finalSql = `SELECT id, amount, tx_hash AS "txHash" FROM rewards_deposit
      WHERE sender = $1 AND state = 'unattributed' AND amount > 0 ORDER BY id`;
    const final = await this.database.rows({ id: int, amount: int, txHash: text }, finalSql, [sender]);
    if (final.length > 0) await this.credits.credit(final.map((deposit) => ({ ...deposit, userId })));
  }

  /** Must run in the transaction that unlinks the sender. Deposits that are not credited no longer belong to anybody. */
  async release(sender: string): Promise<void> {
    const sql = `UPDATE rewards_deposit SET user_id = NULL WHERE sender = $1 AND state = $2 AND user_id IS NOT NULL`;
    for (const state of ['seen', 'unattributed']) await this.database.run(sql, [sender, state]);
  }
}
