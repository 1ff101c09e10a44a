import { Injectable } from '@nestjs/common';
import { int, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { DepositCredits } from './deposit-credits';

/** Gives deposits to the person who has linked the address of the sender. */
@Injectable()
export class DepositClaims {
  constructor(
    private readonly database: Database,
    private readonly credits: DepositCredits,
  ) {}

  /** Must run in the transaction that links the sender. Final deposits are credited now, the other deposits when they are final. */
  async claim(userId: number, sender: string): Promise<void> {
    const seenSql = `UPDATE rewards_deposit SET user_id = $1 WHERE sender = $2 AND state = 'seen'`;
    await this.database.run(seenSql, [userId, sender]);
    const finalSql = `SELECT id, amount, tx_hash AS "txHash" FROM rewards_deposit
      WHERE sender = $1 AND state = 'unattributed' AND amount > 0 ORDER BY id`;
    const finalDeposits = await this.database.rows({ id: int, amount: int, txHash: text }, finalSql, [sender]);
    if (finalDeposits.length === 0) return;
    await this.credits.credit(finalDeposits.map((deposit) => ({ ...deposit, userId })));
  }

  /** Must run in the transaction that unlinks the sender. Deposits that are not credited belong to nobody from then on. */
  async release(sender: string): Promise<void> {
    const sql = `UPDATE rewards_deposit SET user_id = NULL WHERE sender = $1 AND state = $2 AND user_id IS NOT NULL`;
    for (const state of ['seen', 'unattributed']) await this.database.run(sql, [sender, state]);
  }
}
