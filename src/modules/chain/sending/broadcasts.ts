import { Injectable } from '@nestjs/common';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { placeholders, tuples } from '../../../platform/database/insert-rows';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import { Ledger } from '../../rewards';
import { Nodes, type BroadcastResult } from '../nodes/nodes';
import { Withdrawal } from '../withdrawals/withdrawal.entity';
import { WithdrawalAttempt } from '../withdrawals/withdrawal-attempt.entity';

const withdrawal = columnsOf(Withdrawal, ['amount', 'address', 'cancelling', 'ledgerId']);
const attempt = columnsOf(WithdrawalAttempt);
/** Every withdrawal that has a signed transaction has a nonce. */
const shape = { ...attempt.shape, ...withdrawal.shape, nonce: int };
/** The newest signed transaction of a withdrawal that is neither mined nor ended. */
export type Attempt = Row<typeof shape>;

/** Sends signed transactions to the nodes. A transaction can be sent again without harm, because the nodes know it by its hash. */
@Injectable()
export class Broadcasts {
  constructor(
    private readonly database: Database,
    private readonly nodes: Nodes,
    private readonly leases: Leases,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  /** Lowest nonce first. */
  listUnderWay(walletId: number): Promise<Attempt[]> {
    const sql = `SELECT ${attempt.columns('a')}, ${withdrawal.columns('w')}, w.nonce
      FROM rewards_withdrawal w JOIN rewards_withdrawal_attempt a ON a.id = (
        SELECT max(id) FROM rewards_withdrawal_attempt WHERE withdrawal_id = w.id)
      WHERE w.hot_wallet_id = $1 AND w.state IN ('signed', 'broadcast') ORDER BY w.nonce`;
    return this.database.rows(shape, sql, [walletId]);
  }

  /** @returns the number of transactions that may be in a pool now */
  async send(lease: HeldLease, attempts: readonly Attempt[]): Promise<number> {
    if (attempts.length === 0) return 0;
    const results = await Promise.all(attempts.map(({ raw }) => this.nodes.broadcast(raw)));
    const sent = attempts.filter((_, index) => results[index]!.accepted);
    await this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.saveResults(attempts, results);
      if (sent.length > 0) await this.markBroadcast(sent);
    });
    return sent.length;
  }

  private async saveResults(attempts: readonly Attempt[], results: readonly BroadcastResult[]): Promise<void> {
    const values = attempts.flatMap(({ id }, index) => {
      const result = results[index]!;
      return result.accepted ? [id, this.clock.now(), ''] : [id, null, result.refusal];
    });
    const types = ['bigint', this.database.dialect.instantType, 'varchar'];
    const sql = `UPDATE rewards_withdrawal_attempt
      SET sent_at = COALESCE(v.column2, rewards_withdrawal_attempt.sent_at), refusal = v.column3
      FROM (VALUES ${tuples(attempts.length, 3, types)}) AS v WHERE rewards_withdrawal_attempt.id = v.column1`;
    await this.database.run(sql, values);
  }

  private async markBroadcast(sent: readonly Attempt[]): Promise<void> {
    const sql = `UPDATE rewards_withdrawal SET state = 'broadcast', changed_at = $1
      WHERE state = 'signed' AND id IN (${placeholders(sent.length, 2)})`;
    await this.database.run(sql, [this.clock.now(), ...sent.map(({ withdrawalId }) => withdrawalId)]);
    const payments = sent.filter(({ kind }) => kind === 'payment');
    await this.ledger.recordChainState(payments.map(({ ledgerId: id, txHash }) => ({ id, txHash, confirmed: false })));
  }
}
