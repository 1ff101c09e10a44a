import type { Client } from '../support/school';
import { done } from '../journeys/cast';
import { confirmations, type SchoolOnChain } from './school-on-chain';

interface Listed {
  id: number;
  state: string;
  nonce: number | null;
  waitingFor: string | null;
  consumedBy: string | null;
  cancelling: boolean;
}
interface Payout {
  id: number;
  txHash: string;
  withdrawalIds: number[];
}

/** Follows docs/operations/chain.md like an administrator who sees the chain in an explorer. */
export class Runbook {
  /** The codes of refused resumptions. */
  readonly refusals: string[] = [];

  constructor(
    private readonly on: SchoolOnChain,
    private readonly admin: Client,
  ) {}

  /** Repeats until every withdrawal has ended and the wallet is not halted, at most `rounds` times. */
  async follow(rounds = 8): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      this.on.advanceClock(200);
      await this.on.mine(confirmations + 1);
      await this.on.poll();
      for (const one of await this.open()) await this.decide(one);
      await this.resume();
      if ((await this.open()).length === 0 && !(await this.on.cursor()).halted) return;
    }
  }

  /** Books the remaining payments without a withdrawal as lost. */
  async bookLosses(): Promise<void> {
    for (const { id } of await this.payouts())
      await done(this.admin.put(`/coins/chain/payouts/${id}/booking`, { reason: 'the coins are lost' }));
  }

  private async open(): Promise<Listed[]> {
    const { data } = await done(this.admin.get('/coins/chain/withdrawals?limit=100'));
    return data.filter(({ state }: Listed) => state !== 'confirmed' && state !== 'refunded');
  }

  private payouts = async (): Promise<Payout[]> =>
    (await done(this.admin.get('/coins/chain/payouts?booked=false&limit=100'))).data;

  private async decide({ id, state, waitingFor, consumedBy }: Listed): Promise<void> {
    if (state === 'reserved' && waitingFor === 'review') return this.decision(id, { action: 'pay' });
    if (state !== 'halted') return;
    if (consumedBy === null) return this.decision(id, { action: 'retry' });
    const isPaid = (await this.payouts()).some(
      ({ txHash, withdrawalIds }) => txHash === consumedBy && withdrawalIds.includes(id),
    );
    await this.decision(id, isPaid ? { action: 'settle', txHash: consumedBy } : { action: 'refund' });
  }

  private async resume(): Promise<void> {
    const [{ address, haltedAt, nextNonce, headNonce }] = (await done(this.admin.get('/coins/chain/status')))
      .hotWallets;
    if (haltedAt === null) return;
    const acknowledged = headNonce > nextNonce ? { nextNonce: headNonce } : {};
    const resumed = await this.admin.delete(`/coins/hot-wallets/${address}/halt`, {
      reason: 'checked',
      ...acknowledged,
    });
    if (resumed.status === 200) return;
    this.refusals.push(resumed.body.code);
    if (resumed.body.code === 'PAYMENTS_UNEXPLAINED') await this.explain(resumed.body.withdrawalIds);
  }

  /** One withdrawal at a time, waiting ones before refunded ones, because of two with the same amount only one was paid. */
  private async explain(ids: readonly number[]): Promise<void> {
    const { data } = await done(this.admin.get('/coins/chain/withdrawals?limit=100'));
    const doubtful = data.filter((one: Listed) => ids.includes(one.id));
    const one: Listed = doubtful.find(({ state }: Listed) => state !== 'refunded') ?? doubtful[0];
    const payout = (await this.payouts()).find(({ withdrawalIds }) => withdrawalIds.includes(one.id))!;
    if (one.state === 'refunded')
      await done(this.admin.put(`/coins/chain/payouts/${payout.id}/booking`, { reason: 'taken back' }));
    else await this.settle(one.id, payout.txHash);
  }

  private async settle(id: number, txHash: string): Promise<void> {
    const { nonce } = (await this.on.chain.provider.getTransaction(txHash))!;
    await this.decision(id, { action: 'settle', txHash, nonce });
  }

  private async decision(id: number, what: object): Promise<void> {
    await done(this.admin.post(`/coins/withdrawals/${id}/decisions`, { reason: 'as the runbook says', ...what }));
  }
}
