import { Injectable } from '@nestjs/common';
import type { HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import type { CursorState } from '../cursor/cursor-store';
import type { ChainView } from '../nodes/chain-view';
import { Nodes } from '../nodes/nodes';
import { ChainConfig } from '../settings/chain-settings';
import { Broadcasts, type Attempt } from './broadcasts';
import { feesFor, maxFeeFor, raisedFees } from './fees';
import { NonceAssignment } from './nonce-assignment';
import { Signing } from './signing';

export interface SendingReport {
  assigned: number;
  signed: number;
  sent: number;
}

/** Only the lowest nonces can be stuck, because the later ones wait for them. So many are checked in each poll. */
const maxStuckCount = 4;

/** Brings withdrawals onto the chain. Each step is committed before the next, so that another process can continue at any step. */
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
    return { assigned, signed, sent: await this.broadcasts.send(lease, this.selectToSend(attempts, view.headNonce)) };
  }

  private async sign(lease: HeldLease, { walletId, treasury }: CursorState, view: ChainView): Promise<number> {
    const unsigned = await this.signing.listUnsigned(lease, walletId);
    const toReplace = this.selectToReplace(await this.broadcasts.listUnderWay(walletId), view.headNonce);
    if (unsigned.length + toReplace.length === 0) return 0;
    const { maxFee } = this.chain.settings;
    const fees = feesFor(view.head, await this.nodes.read((node) => node.priorityFee()), maxFee);
    let signedCount = 0;
    for (const order of unsigned) if (await this.signing.sign(lease, order, fees, treasury)) signedCount++;
    for (const attempt of toReplace) {
      const oldFees = { maxFee: BigInt(attempt.maxFee), priorityFee: BigInt(attempt.priorityFee) };
      const raised = raisedFees(oldFees, fees, maxFeeFor(maxFee, attempt.cancelling));
      const order = { ...attempt, id: attempt.withdrawalId };
      if (raised && (await this.signing.sign(lease, order, raised, treasury))) signedCount++;
    }
    return signedCount;
  }

  /** Stuck transactions, and payments that are to be cancelled. A higher fee does not help if the treasury lacks money for gas. */
  private selectToReplace(attempts: readonly Attempt[], headNonce: number): Attempt[] {
    const signedBefore = this.clock.now().getTime() - this.chain.settings.stuckAfterMs;
    const unmined = attempts.filter(({ nonce }) => nonce >= headNonce);
    const stuck = unmined
      .slice(0, maxStuckCount)
      .filter((one) => one.signedAt.getTime() <= signedBefore && !/insufficient funds/i.test(one.refusal));
    const toCancel = unmined.filter(isPaymentToCancel);
    return [...new Set([...stuck, ...toCancel])];
  }

  /** Transactions that were never sent, and those sent a while ago and not mined, because they may have dropped out of the pools. */
  private selectToSend(attempts: readonly Attempt[], headNonce: number): Attempt[] {
    const sentBefore = this.clock.now().getTime() - this.chain.settings.stuckAfterMs / 4;
    // A payment that is to be cancelled is not sent. Its cancellation will be.
    const sendable = attempts.filter((attempt) => !isPaymentToCancel(attempt));
    const unsent = sendable.filter(({ sentAt }) => sentAt === null);
    const unmined = sendable.filter(({ nonce }) => nonce >= headNonce);
    const silent = unmined.filter(({ sentAt }) => sentAt !== null && sentAt.getTime() <= sentBefore);
    return [...unsent, ...silent.slice(0, maxStuckCount)];
  }
}

const isPaymentToCancel = ({ cancelling, kind }: Attempt): boolean => cancelling && kind === 'payment';
