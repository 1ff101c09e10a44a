import { Injectable } from '@nestjs/common';
import type { HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import { Chain } from '../settings/chain-settings';
import type { ChainView } from '../nodes/chain-view';
import { Nodes } from '../nodes/nodes';
import type { CursorState } from '../cursor/cursor-store';
import { Broadcasts, type Attempt } from './broadcasts';
import { feesFor, largestFee, raised, type Fees } from './fees';
import { NonceAssignment } from './nonce-assignment';
import { Signing, type Order } from './signing';

export interface SendingReport {
  assigned: number;
  signed: number;
  sent: number;
}

/** Only the lowest nonces can be stuck: the others wait for them. So many are looked at in a tick. */
const lowest = 4;

/** Brings withdrawals onto the chain, each step committed before the next: whoever resumes finds where it stopped. */
@Injectable()
export class Sender {
  constructor(
    private readonly chain: Chain,
    private readonly nodes: Nodes,
    private readonly nonces: NonceAssignment,
    private readonly signing: Signing,
    private readonly broadcasts: Broadcasts,
    private readonly clock: Clock,
  ) {}

  /** A halted wallet signs nothing; what was signed is sent in any case. */
  async send(lease: HeldLease, marks: CursorState, view: ChainView): Promise<SendingReport> {
    const { walletId, isHalted } = marks;
    const assigned = isHalted ? 0 : await this.nonces.assign(lease, marks);
    const signed = isHalted ? 0 : await this.sign(lease, marks, view);
    const attempts = await this.broadcasts.underWay(walletId);
    return { assigned, signed, sent: await this.broadcasts.send(lease, this.toSend(attempts, view.headNonce)) };
  }

  private async sign(lease: HeldLease, { walletId, treasury }: CursorState, view: ChainView): Promise<number> {
    const orders = await this.signing.unsigned(lease, walletId);
    const stuck = this.stuckAmong(await this.broadcasts.underWay(walletId), view.headNonce);
    if (orders.length + stuck.length === 0) return 0;
    const { maxFee } = this.chain.settings;
    const now = feesFor(view.head, await this.nodes.read((node) => node.priorityFee()), maxFee);
    const raise = (one: Attempt): Fees | null => raised(feesOf(one), now, largestFee(maxFee, one.cancelling));
    const again = stuck.map((one): [Order, Fees | null] => [{ ...one, id: one.withdrawalId }, raise(one)]);
    const work = [...orders.map((order): [Order, Fees | null] => [order, now]), ...again];
    let signed = 0;
    for (const [order, fees] of work) if (fees && (await this.signing.sign(lease, order, fees, treasury))) signed++;
    return signed;
  }

  /** Not mined in time, whatever it offers; a missing purse is no matter of fees. Or to be cancelled, and not yet. */
  private stuckAmong(attempts: readonly Attempt[], headNonce: number): Attempt[] {
    const since = this.clock.now().getTime() - this.chain.settings.stuckMs;
    const low = attempts.filter(({ nonce }) => nonce >= headNonce).slice(0, lowest);
    const slow = low.filter((one) => one.signedAt.getTime() <= since && !/insufficient funds/i.test(one.refusal));
    const unwanted = attempts.filter((one) => one.nonce >= headNonce && one.cancelling && one.kind === 'payment');
    return [...new Set([...slow, ...unwanted])];
  }

  /** Never sent, or sent a while ago and still not mined: it may have fallen out of the pools. */
  private toSend(attempts: readonly Attempt[], headNonce: number): Attempt[] {
    const since = this.clock.now().getTime() - this.chain.settings.stuckMs / 4;
    // A payment that is to be cancelled waits for its cancellation.
    const wanted = attempts.filter(({ cancelling, kind }) => !(cancelling && kind === 'payment'));
    const waiting = wanted.filter(({ nonce }) => nonce >= headNonce);
    const silent = waiting.filter(({ sentAt }) => sentAt !== null && sentAt.getTime() <= since).slice(0, lowest);
    return [...wanted.filter(({ sentAt }) => sentAt === null), ...silent];
  }
}

const feesOf = ({ maxFee, priorityFee }: Attempt): Fees => ({
  maxFee: BigInt(maxFee),
  priorityFee: BigInt(priorityFee),
});
