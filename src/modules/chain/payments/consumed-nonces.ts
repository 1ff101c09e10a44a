import { Injectable, Logger } from '@nestjs/common';
import { int, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { errorLine } from '../../../platform/errors/loggable-error';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { BalanceTooLarge, Ledger } from '../../rewards';
import { ChainUnavailable } from '../chain.errors';
import { Halts } from '../decisions/halts';
import { Nodes } from '../nodes/nodes';
import { consumerOf, type Consumer, type Signed } from '../nodes/nonce-consumer';
import type { CursorState } from '../cursor/cursor-store';
import type { AttemptKind } from '../nodes/attempt-kind';
import { WithdrawalRefunds } from '../withdrawals/withdrawal-refunds';

/** How far back it is searched who took a nonce: nodes forget the states of long ago. */
const blocksBack = 4_096;
/** Anomalies looked into at a tick: each costs questions to a node. */
const perTick = 8;
const openShape = { id: int, userId: int, amount: int, nonce: int };
type Open = Row<typeof openShape>;

/**
 * Nonces that are spent for good without a payment among the final transfers: the only ground for a refund of what had a
 * nonce. A receipt is evidence, its absence is none: who took the nonce must be seen.
 */
@Injectable()
export class ConsumedNonces {
  private readonly log = new Logger('Chain');

  constructor(
    private readonly database: Database,
    private readonly nodes: Nodes,
    private readonly leases: Leases,
    private readonly ledger: Ledger,
    private readonly refunds: WithdrawalRefunds,
    private readonly halts: Halts,
  ) {}

  /** Those that were looked into longest ago come first: many that cannot be decided hold up nobody. @returns how many were */
  async resolve(lease: HeldLease, marks: CursorState): Promise<number> {
    const open = await this.database.rows(
      openShape,
      `SELECT id, user_id AS "userId", amount, nonce FROM rewards_withdrawal
       WHERE hot_wallet_id = $1 AND nonce < $2 AND state IN ('signing', 'signed', 'broadcast')
       ORDER BY changed_at, nonce LIMIT ${perTick}`,
      [marks.walletId, marks.finalNonce],
    );
    let decided = 0;
    for (const withdrawal of open) {
      const consumer = await this.seen(withdrawal, marks);
      const hindrance = consumer
        ? await this.decided(lease, withdrawal, consumer)
        : 'No node shows what took its nonce';
      if (hindrance) await this.postpone(lease, withdrawal, hindrance);
      else decided++;
    }
    return decided;
  }

  /** Null where no node can show it: undecided until one can, and no reason to hold up the others. */
  private async seen({ id, nonce }: Open, marks: CursorState): Promise<Consumer | null> {
    const attempts = await this.attemptsOf(id);
    const span = { after: Math.max(0, marks.finalNumber - blocksBack), finalNumber: marks.finalNumber };
    const account = { contract: marks.contract, treasury: marks.treasury, ...span };
    try {
      return await this.nodes.read((node) => consumerOf(node, nonce, attempts, account));
    } catch (error) {
      if (!(error instanceof ChainUnavailable)) throw error;
      this.log.warn(`Withdrawal ${id}: nobody shows what took nonce ${nonce}: ${errorLine(error.cause)}`);
      return null;
    }
  }

  /** Null, or why not: a refund waits for room in the balance, and the others do not wait for it. */
  private async decided(lease: HeldLease, withdrawal: Open, consumer: Consumer): Promise<string | null> {
    try {
      await this.decide(lease, withdrawal, consumer);
      return null;
    } catch (error) {
      if (!(error instanceof BalanceTooLarge)) throw error;
      this.log.error(`Withdrawal ${withdrawal.id} cannot be refunded: ${error.message}`);
      return 'The refund waits for room in the balance';
    }
  }

  private postpone(lease: HeldLease, { id }: Open, reason: string): Promise<void> {
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.halts.postpone(id, reason);
    });
  }

  private attemptsOf(withdrawalId: number): Promise<Signed[]> {
    return this.database.rows(
      { kind: textOf<AttemptKind>(), txHash: text },
      'SELECT kind, tx_hash AS "txHash" FROM rewards_withdrawal_attempt WHERE withdrawal_id = $1 ORDER BY id DESC',
      [withdrawalId],
    );
  }

  private decide(lease: HeldLease, withdrawal: Open, consumer: Consumer): Promise<void> {
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.ledger.lock([withdrawal.userId]);
      await this.end(withdrawal, consumer);
    });
  }

  private async end(withdrawal: Open, { txHash, kind, succeeded }: Consumer): Promise<void> {
    if (kind === null) return this.halts.withdrawal(withdrawal.id, `${txHash}, not of ours, took its nonce`, txHash);
    if (kind !== 'cancellation' && succeeded)
      return this.halts.withdrawal(withdrawal.id, `${txHash} succeeded and paid nothing`, txHash);
    await this.database.run('UPDATE rewards_withdrawal SET consumed_by = $2 WHERE id = $1', [withdrawal.id, txHash]);
    const reason = succeeded ? 'cancelled' : 'the payment failed on the chain';
    const description = `Withdrawal ${withdrawal.id}: ${reason}`;
    await this.refunds.refund(withdrawal, { reason, description, tell: true });
  }
}
