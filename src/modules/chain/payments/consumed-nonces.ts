import { Injectable, Logger } from '@nestjs/common';
import { int, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { errorLine } from '../../../platform/errors/loggable-error';
import { Leases, type HeldLease } from '../../../platform/jobs/leases';
import { BalanceTooLarge, Ledger } from '../../rewards';
import { ChainUnavailable } from '../chain.errors';
import type { CursorState } from '../cursor/cursor-store';
import { Halts, refundPostponed } from '../decisions/halts';
import type { AttemptKind } from '../nodes/attempt-kind';
import { Nodes } from '../nodes/nodes';
import { findConsumer, type NonceConsumer, type SignedTransaction } from '../nodes/nonce-consumer';
import { WithdrawalRefunds } from '../withdrawals/withdrawal-refunds';

/** The number of blocks that are searched for the transaction. Nodes do not keep the state of older blocks. */
const maxBlocksBack = 4_096;
/** The maximum number of withdrawals that one poll decides, because each costs several requests to a node. */
const maxPerPoll = 8;
const openShape = { id: int, userId: int, amount: int, nonce: int };
type OpenWithdrawal = Row<typeof openShape>;

/**
 * Ends withdrawals whose nonce is used at a final block although no final transfer pays them. Only then a withdrawal that has a nonce can be
 * refunded. A node must show the transaction that used the nonce, because a missing receipt proves nothing.
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

  /** Withdrawals that were checked longest ago come first, so that undecidable ones do not block the others. @returns the number of decided withdrawals */
  async resolve(lease: HeldLease, cursor: CursorState): Promise<number> {
    const sql = `SELECT id, user_id AS "userId", amount, nonce FROM rewards_withdrawal
      WHERE hot_wallet_id = $1 AND nonce < $2 AND state IN ('signing', 'signed', 'broadcast')
      ORDER BY changed_at, nonce LIMIT ${maxPerPoll}`;
    const open = await this.database.rows(openShape, sql, [cursor.walletId, cursor.finalNonce]);
    let decidedCount = 0;
    for (const withdrawal of open) {
      const obstacle = await this.tryToDecide(lease, cursor, withdrawal);
      if (obstacle) await this.postpone(lease, withdrawal, obstacle);
      else decidedCount++;
    }
    return decidedCount;
  }

  /** @returns the reason if the withdrawal cannot be decided yet, otherwise null */
  private async tryToDecide(lease: HeldLease, cursor: CursorState, withdrawal: OpenWithdrawal): Promise<string | null> {
    const consumer = await this.findConsumer(withdrawal, cursor);
    if (!consumer) return 'No node shows the transaction that used the nonce of this withdrawal';
    try {
      await this.decide(lease, withdrawal, consumer);
      return null;
    } catch (error) {
      if (!(error instanceof BalanceTooLarge)) throw error;
      this.log.error(`Withdrawal ${withdrawal.id} cannot be refunded yet: ${error.message}`);
      return refundPostponed;
    }
  }

  /** Null if no node shows the transaction. The withdrawal then waits until a node shows it. */
  private async findConsumer({ id, nonce }: OpenWithdrawal, cursor: CursorState): Promise<NonceConsumer | null> {
    const attempts = await this.listAttempts(id);
    const { contract, treasury, finalNumber } = cursor;
    const afterNumber = Math.max(0, finalNumber - maxBlocksBack);
    const search = { contract, treasury, afterNumber, finalNumber };
    try {
      return await this.nodes.read((node) => findConsumer(node, nonce, attempts, search));
    } catch (error) {
      if (!(error instanceof ChainUnavailable)) throw error;
      const reason = errorLine(error.cause);
      this.log.warn(`Withdrawal ${id} waits: no node shows the transaction that used its nonce ${nonce}: ${reason}`);
      return null;
    }
  }

  private postpone(lease: HeldLease, { id }: OpenWithdrawal, reason: string): Promise<void> {
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.halts.postpone(id, reason);
    });
  }

  private listAttempts(withdrawalId: number): Promise<SignedTransaction[]> {
    const sql =
      'SELECT kind, tx_hash AS "txHash" FROM rewards_withdrawal_attempt WHERE withdrawal_id = $1 ORDER BY id DESC';
    return this.database.rows({ kind: textOf<AttemptKind>(), txHash: text }, sql, [withdrawalId]);
  }

  private decide(lease: HeldLease, withdrawal: OpenWithdrawal, consumer: NonceConsumer): Promise<void> {
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      this.ledger.lock([withdrawal.userId]);
      await this.haltOrRefund(withdrawal, consumer);
    });
  }

  private async haltOrRefund(withdrawal: OpenWithdrawal, consumer: NonceConsumer): Promise<void> {
    const { id } = withdrawal;
    const { txHash, succeeded } = consumer;
    const haltReason = haltReasonOf(consumer);
    if (haltReason) return this.halts.haltWithdrawal(id, haltReason, txHash);
    await this.database.run('UPDATE rewards_withdrawal SET consumed_by = $2 WHERE id = $1', [id, txHash]);
    const reason = succeeded ? 'cancelled' : 'the payment failed on the chain';
    const description = `Withdrawal ${id}: ${reason}`;
    await this.refunds.refund(withdrawal, { reason, description, isNotified: true });
  }
}

/** Null if the school itself spent the nonce without a payment, so that the withdrawal can be refunded without a decision. */
function haltReasonOf({ txHash, kind, succeeded }: NonceConsumer): string | null {
  if (kind === null) return `Transaction ${txHash}, which this school did not sign, used the nonce of this withdrawal`;
  const isPayment = kind !== 'cancellation';
  return isPayment && succeeded ? `Transaction ${txHash} succeeded but paid nothing` : null;
}
