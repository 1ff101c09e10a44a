import { Injectable } from '@nestjs/common';
import { bool, instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders, tuples } from '../../../platform/database/insert-rows';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import { Ledger } from '../../rewards';
import { Nodes, type BroadcastResult } from '../nodes/nodes';
import type { AttemptKind } from '../nodes/attempt-kind';

const shape = {
  id: int,
  withdrawalId: int,
  nonce: int,
  amount: int,
  address: text,
  cancelling: bool,
  ledgerId: int,
  kind: textOf<AttemptKind>(),
  raw: text,
  txHash: text,
  maxFee: text,
  priorityFee: text,
  signedAt: instant,
  sentAt: nullable(instant),
  refusal: text,
};
/** The newest attempt of a withdrawal that is neither mined nor ended. */
export type Attempt = Row<typeof shape>;

/** Hands signed transactions to the nodes. Sending the same one again is harmless: its hash is its identity. */
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
  underWay(walletId: number): Promise<Attempt[]> {
    return this.database.rows(
      shape,
      `SELECT a.id, w.id AS "withdrawalId", w.nonce, w.amount, w.address, w.cancelling, w.ledger_id AS "ledgerId", a.kind, a.raw, a.tx_hash AS "txHash",
         a.max_fee AS "maxFee", a.priority_fee AS "priorityFee", a.signed_at AS "signedAt", a.sent_at AS "sentAt",
         a.refusal
       FROM rewards_withdrawal w JOIN rewards_withdrawal_attempt a ON a.id = (
         SELECT max(id) FROM rewards_withdrawal_attempt WHERE withdrawal_id = w.id)
       WHERE w.hot_wallet_id = $1 AND w.state IN ('signed', 'broadcast') ORDER BY w.nonce`,
      [walletId],
    );
  }

  /** @returns how many may be in a mempool now */
  async send(lease: HeldLease, attempts: readonly Attempt[]): Promise<number> {
    if (attempts.length === 0) return 0;
    const answers = await Promise.all(attempts.map(({ raw }) => this.nodes.broadcast(raw)));
    const sent = attempts.filter((_, at) => (answers[at] as BroadcastResult).accepted);
    await this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.note(attempts, answers);
      if (sent.length > 0) await this.mark(sent);
    });
    return sent.length;
  }

  private async note(attempts: readonly Attempt[], answers: readonly BroadcastResult[]): Promise<void> {
    const values = attempts.flatMap(({ id }, at) => {
      const answer = answers[at] as BroadcastResult;
      return answer.accepted ? [id, this.clock.now(), ''] : [id, null, answer.refusal];
    });
    await this.database.run(
      `UPDATE rewards_withdrawal_attempt SET sent_at = COALESCE(v.column2, rewards_withdrawal_attempt.sent_at), refusal = v.column3
       FROM (VALUES ${tuples(attempts.length, 3, ['bigint', this.database.dialect.instantType, 'varchar'])}) AS v
       WHERE rewards_withdrawal_attempt.id = v.column1`,
      values,
    );
  }

  private async mark(sent: readonly Attempt[]): Promise<void> {
    await this.database.run(
      `UPDATE rewards_withdrawal SET state = 'broadcast', changed_at = $1
       WHERE state = 'signed' AND id IN (${placeholders(sent.length, 2)})`,
      [this.clock.now(), ...sent.map(({ withdrawalId }) => withdrawalId)],
    );
    const payments = sent.filter(({ kind }) => kind === 'payment');
    await this.ledger.mirror(payments.map(({ ledgerId: id, txHash }) => ({ id, txHash, confirmed: false })));
  }
}
