import { Injectable } from '@nestjs/common';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { placeholders, tuplesSql } from '../../../platform/database/insert-rows';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import { Ledger } from '../../rewards';
import { Nodes, type BroadcastResult } from '../nodes/nodes';
import { Withdrawal } from '../withdrawals/withdrawal.entity';
import { WithdrawalAttempt } from '../withdrawals/withdrawal-attempt.entity';

const withdrawalColumns = columnsOf(Withdrawal, ['amount', 'address', 'cancelling', 'ledgerId']);
const attemptColumns = columnsOf(WithdrawalAttempt);
/** Every withdrawal that has a signed transaction has a nonce. */
const shape = { ...attemptColumns.shape, ...withdrawalColumns.shape, nonce: int };
/** The newest signed transaction of a withdrawal that is neither mined nor ended. */
export type Attempt = Row<typeof shape>;

/** Sends signed transactions to the nodes. The same transaction can be sent again without harm, because nodes identify it by its hash. */
@Injectable()
export class Broadcasts {
  constructor(
    private readonly database: Database,
    private readonly nodes: Nodes,
    private readonly leases: Leases,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  /** The newest attempt of each signed withdrawal that is not mined, lowest nonce first. */
  listUnderWay(walletId: number): Promise<Attempt[]> {
    const sql = `SELECT ${attemptColumns.columns('attempt')}, ${withdrawalColumns.columns('withdrawal')}, withdrawal.nonce
      FROM rewards_withdrawal withdrawal JOIN rewards_withdrawal_attempt attempt
        ON attempt.id = (SELECT max(id) FROM rewards_withdrawal_attempt WHERE withdrawal_id = withdrawal.id)
      WHERE withdrawal.hot_wallet_id = $1 AND withdrawal.state IN ('signed', 'broadcast') ORDER BY withdrawal.nonce`;
    return this.database.rows(shape, sql, [walletId]);
  }

  /** @returns the number of transactions that not every node refused, so that they may be in a pool */
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
    const now = this.clock.now();
    const values = attempts.flatMap(({ id }, index) => {
      const result = results[index]!;
      return result.accepted ? [id, now, ''] : [id, null, result.refusal];
    });
    const types = ['bigint', this.database.dialect.instantType, 'varchar'];
    const sql = `UPDATE rewards_withdrawal_attempt
      SET sent_at = COALESCE(v.column2, rewards_withdrawal_attempt.sent_at), refusal = v.column3
      FROM (VALUES ${tuplesSql(attempts.length, 3, types)}) AS v WHERE rewards_withdrawal_attempt.id = v.column1`;
    await this.database.run(sql, values);
  }

  private async markBroadcast(sent: readonly Attempt[]): Promise<void> {
    const sql = `UPDATE rewards_withdrawal SET state = 'broadcast', changed_at = $1
      WHERE state = 'signed' AND id IN (${placeholders(sent.length, 2)})`;
    const ids = sent.map(({ withdrawalId }) => withdrawalId);
    await this.database.run(sql, [this.clock.now(), ...ids]);
    const payments = sent.filter(({ kind }) => kind === 'payment');
    const ledgerStates = payments.map(({ ledgerId, txHash }) => ({ id: ledgerId, txHash, confirmed: false }));
    await this.ledger.recordChainState(ledgerStates);
  }
}
