import { Injectable, Logger } from '@nestjs/common';
import { int, text, textOf, type Row } from '../../../../platform/database/columns';
import { Database } from '../../../../platform/database/database';
import { Leases, type HeldLease } from '../../../../platform/jobs/leases';
import { Ledger } from '../../ledger';
import { BalanceTooLarge } from '../../rewards.errors';
import { ChainUnavailable } from '../chain.errors';
import { Halts } from '../halts';
import { NodeFault, type Node, type Receipt } from '../nodes/node';
import { Nodes } from '../nodes/nodes';
import type { Marks } from '../settlement/chain-marks';
import type { AttemptKind } from './withdrawal-attempt.entity';
import { WithdrawalRefunds } from './withdrawal-refunds';

/** Anomalies looked into at a tick: each costs questions to a node. */
const perTick = 8;
const openShape = { id: int, userId: int, amount: int, nonce: int };
type Open = Row<typeof openShape>;
type Attempt = { kind: AttemptKind; txHash: string };
/** What took a nonce, as a final block shows. */
interface Consumer {
  txHash: string;
  kind: AttemptKind | null;
  succeeded: boolean;
}

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
  async resolve(lease: HeldLease, marks: Marks): Promise<number> {
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
  private async seen({ id, nonce }: Open, marks: Marks): Promise<Consumer | null> {
    const attempts = await this.attemptsOf(id);
    try {
      return await this.nodes.read((node) => consumerOf(node, nonce, attempts, marks));
    } catch (error) {
      if (!(error instanceof ChainUnavailable)) throw error;
      this.log.warn(`Withdrawal ${id}: nobody shows what took nonce ${nonce}: ${String(error.cause)}`);
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

  private attemptsOf(withdrawalId: number): Promise<Attempt[]> {
    return this.database.rows(
      { kind: textOf<AttemptKind>(), txHash: text },
      'SELECT kind, tx_hash AS "txHash" FROM rewards_withdrawal_attempt WHERE withdrawal_id = $1 ORDER BY id DESC',
      [withdrawalId],
    );
  }

  private decide(lease: HeldLease, withdrawal: Open, { txHash, kind, succeeded }: Consumer): Promise<void> {
    return this.database.transaction(async () => {
      await this.leases.fence(lease);
      await this.ledger.lock([withdrawal.userId]);
      if (kind === null) return this.halts.withdrawal(withdrawal.id, `${txHash}, not of ours, took its nonce`, txHash);
      if (kind !== 'cancellation' && succeeded)
        return this.halts.withdrawal(withdrawal.id, `${txHash} succeeded and paid nothing`, txHash);
      await this.database.run('UPDATE rewards_withdrawal SET consumed_by = $2 WHERE id = $1', [withdrawal.id, txHash]);
      const reason = succeeded ? 'cancelled' : 'the payment failed on the chain';
      await this.refunds.refund(withdrawal, {
        reason,
        description: `Withdrawal ${withdrawal.id}: ${reason}`,
        tell: true,
      });
    });
  }
}

async function consumerOf(node: Node, nonce: number, attempts: readonly Attempt[], marks: Marks): Promise<Consumer> {
  const receipts = await Promise.all(attempts.map(({ txHash }) => node.receipt(txHash)));
  const at = receipts.findIndex((receipt) => receipt !== null && receipt.blockNumber <= marks.finalNumber);
  const receipt = receipts[at];
  const attempt = attempts[at];
  if (receipt && attempt) {
    await requireInChain(node, receipt);
    return { ...attempt, succeeded: receipt.status === 1 };
  }
  const txHash = await senderOf(node, nonce, marks);
  if (attempts.some((one) => one.txHash === txHash)) throw new NodeFault(`no receipt of ${txHash}, which is mined`);
  return { txHash, kind: null, succeeded: true };
}

async function requireInChain(node: Node, { blockNumber, blockHash, transactionHash }: Receipt): Promise<void> {
  if ((await node.block(blockNumber)).hash !== blockHash)
    throw new NodeFault(`the receipt of ${transactionHash} is of a block that is not in the chain`);
}

/** The transaction that took a nonce: in the first block after which the account's count is beyond it. */
async function senderOf(node: Node, nonce: number, { treasury, finalNumber }: Marks): Promise<string> {
  let [before, after] = [Math.max(0, finalNumber - 4_096), finalNumber];
  if ((await node.nonce(treasury, before)) > nonce) throw new NodeFault(`nonce ${nonce} was consumed long ago`);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if ((await node.nonce(treasury, middle)) > nonce) after = middle;
    else before = middle;
  }
  const { transactions } = await node.transactions(after);
  const found = transactions.find(({ from, nonce: own }) => from === treasury && own === nonce);
  if (!found) throw new NodeFault(`block ${after} does not show who took nonce ${nonce}`);
  return found.hash;
}
