import type { Client } from '../support/school';
import { done } from '../journeys/cast';
import { confirmations, type SchoolOnChain } from './school-on-chain';

interface ListedWithdrawal {
  id: number;
  status: string;
  nonce: number | null;
  waitingFor: string | null;
  consumedBy: string | null;
  isCancelling: boolean;
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
    private readonly school: SchoolOnChain,
    private readonly admin: Client,
  ) {}

  /** Polls, decides and resumes until every withdrawal has ended and the wallet is not halted, at most `maxRounds` times. */
  async follow(maxRounds = 8): Promise<void> {
    for (let round = 0; round < maxRounds; round++) {
      this.school.advanceClock(200);
      await this.school.mine(confirmations + 1);
      await this.school.poll();
      for (const withdrawal of await this.listOpen()) await this.decide(withdrawal);
      await this.resume();
      if ((await this.listOpen()).length === 0 && !(await this.school.getCursor()).halted) return;
    }
  }

  /** Books the remaining payments without a withdrawal as lost. */
  async bookLosses(): Promise<void> {
    for (const { id } of await this.listPayouts())
      await done(this.admin.put(`/coins/chain/payouts/${id}/booking`, { reason: 'the coins are lost' }));
  }

  private async listOpen(): Promise<ListedWithdrawal[]> {
    const { data } = await done(this.admin.get('/coins/chain/withdrawals?limit=100'));
    return data.filter(({ status }: ListedWithdrawal) => status !== 'confirmed' && status !== 'refunded');
  }

  private listPayouts = async (): Promise<Payout[]> =>
    (await done(this.admin.get('/coins/chain/payouts?isBooked=false&limit=100'))).data;

  private async decide({ id, status, waitingFor, consumedBy }: ListedWithdrawal): Promise<void> {
    if (status === 'reserved' && waitingFor === 'review') return this.postDecision(id, { action: 'pay' });
    if (status !== 'halted') return;
    if (consumedBy === null) return this.postDecision(id, { action: 'retry' });
    const isPaid = (await this.listPayouts()).some(
      ({ txHash, withdrawalIds }) => txHash === consumedBy && withdrawalIds.includes(id),
    );
    await this.postDecision(id, isPaid ? { action: 'settle', txHash: consumedBy } : { action: 'refund' });
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

  /** Explains one payment. A waiting withdrawal comes before a refunded one, because of two withdrawals with the same amount only one was paid. */
  private async explain(ids: readonly number[]): Promise<void> {
    const { data } = await done(this.admin.get('/coins/chain/withdrawals?limit=100'));
    const doubtful: ListedWithdrawal[] = data.filter(({ id }: ListedWithdrawal) => ids.includes(id));
    const waiting = doubtful.find(({ status }) => status !== 'refunded');
    const withdrawal = waiting ?? doubtful[0]!;
    const payout = (await this.listPayouts()).find(({ withdrawalIds }) => withdrawalIds.includes(withdrawal.id))!;
    if (withdrawal.status === 'refunded')
      await done(this.admin.put(`/coins/chain/payouts/${payout.id}/booking`, { reason: 'taken back' }));
    else await this.settle(withdrawal.id, payout.txHash);
  }

  private async settle(id: number, txHash: string): Promise<void> {
    const { nonce } = (await this.school.chain.provider.getTransaction(txHash))!;
    await this.postDecision(id, { action: 'settle', txHash, nonce });
  }

  private async postDecision(id: number, fields: object): Promise<void> {
    await done(this.admin.post(`/coins/withdrawals/${id}/decisions`, { reason: 'as the runbook says', ...fields }));
  }
}
