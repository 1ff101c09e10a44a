import { Injectable } from '@nestjs/common';
import type { HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import type { CursorState } from '../cursor/cursor-store';
import type { ChainView } from '../nodes/chain-view';
import { Nodes } from '../nodes/nodes';
import { ChainConfig } from '../settings/chain-settings';
import { Broadcasts, type Attempt } from './broadcasts';
import { feesFor, maxFeeFor, raisedFees, type Fees } from './fees';
import { NonceAssignment } from './nonce-assignment';
import { Signing } from './signing';

/** The number of withdrawals that got a nonce, and of transactions that were signed and sent, in one poll. */
interface SendingReport {
  assigned: number;
  signed: number;
  sent: number;
}

/** The number of lowest nonces that each poll checks. Later nonces need no check, because they wait for the lowest ones. */
const maxStuckCount = 4;

/** Sends withdrawals to the chain. Each step is committed before the next, so that another process can continue after any step. */
@Injectable()
export class Sender {
  constructor(
    private readonly chain: ChainConfig,
    private readonly nodes: Nodes,
    private readonly nonces: NonceAssignment,
    private readonly signing: Signing,
    private readonly broadcasts: Broadcasts,
    private readonly clock: Clock,
  ) {}

  /** While the wallet is halted, nothing is signed. Transactions that were signed before are still sent. */
  async send(lease: HeldLease, cursor: CursorState, view: ChainView): Promise<SendingReport> {
    const { walletId, isHalted } = cursor;
    const assigned = isHalted ? 0 : await this.nonces.assign(lease, cursor);
    const signed = isHalted ? 0 : await this.sign(lease, cursor, view);
    const attempts = await this.broadcasts.listUnderWay(walletId);
    const sent = await this.broadcasts.send(lease, this.selectToSend(attempts, view.headNonce));
    return { assigned, signed, sent };
  }

  private async sign(lease: HeldLease, { walletId, treasury }: CursorState, view: ChainView): Promise<number> {
    const unsigned = await this.signing.listUnsigned(lease, walletId);
    const toReplace = this.selectToReplace(await this.broadcasts.listUnderWay(walletId), view.headNonce);
    if (unsigned.length + toReplace.length === 0) return 0;
    const { maxFee } = this.chain.settings;
    const priorityFee = await this.nodes.read((node) => node.getPriorityFee());
    const fees = feesFor(view.head, priorityFee, maxFee);
    let signedCount = 0;
    for (const order of unsigned) {
      if (await this.signing.sign(lease, order, fees, treasury)) signedCount++;
    }
    for (const attempt of toReplace) {
      const higherFees = raisedFees(feesOf(attempt), fees, maxFeeFor(maxFee, attempt.cancelling));
      if (!higherFees) continue;
      const order = { ...attempt, id: attempt.withdrawalId };
      if (await this.signing.sign(lease, order, higherFees, treasury)) signedCount++;
    }
    return signedCount;
  }

  /** Stuck transactions, and payments that are to be cancelled. A higher fee does not help if the treasury lacks money for gas. */
  private selectToReplace(attempts: readonly Attempt[], headNonce: number): Attempt[] {
    const maxSignedAtMs = this.clock.now().getTime() - this.chain.settings.stuckAfterMs;
    const unmined = attempts.filter(({ nonce }) => nonce >= headNonce);
    const stuck = unmined.slice(0, maxStuckCount).filter(({ signedAt, refusal }) => {
      const lacksGasMoney = /insufficient funds/i.test(refusal);
      return signedAt.getTime() <= maxSignedAtMs && !lacksGasMoney;
    });
    const toCancel = unmined.filter(isPaymentToCancel);
    return [...new Set([...stuck, ...toCancel])];
  }

  /** Transactions that were never sent, and those that were sent a while ago and are not mined, because the pools may have dropped them. */
  private selectToSend(attempts: readonly Attempt[], headNonce: number): Attempt[] {
    const maxSentAtMs = this.clock.now().getTime() - this.chain.settings.stuckAfterMs / 4;
    // A payment that is to be cancelled is not sent. Its cancellation is sent instead.
    const sendable = attempts.filter((attempt) => !isPaymentToCancel(attempt));
    const unsent = sendable.filter(({ sentAt }) => sentAt === null);
    const unmined = sendable.filter(({ nonce }) => nonce >= headNonce);
    const silent = unmined.filter(({ sentAt }) => sentAt !== null && sentAt.getTime() <= maxSentAtMs);
    return [...unsent, ...silent.slice(0, maxStuckCount)];
  }
}

const feesOf = ({ maxFee, priorityFee }: Attempt): Fees => ({
  maxFee: BigInt(maxFee),
  priorityFee: BigInt(priorityFee),
});

const isPaymentToCancel = ({ cancelling, kind }: Attempt): boolean => cancelling && kind === 'payment';
