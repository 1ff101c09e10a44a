import type { Actor } from '../../src/platform/auth/actor';
import { unitsPerCoin } from '../../src/modules/chain/settings/token';
import { bool, int, text, textOf, type Row } from '../../src/platform/database/columns';
import type { WithdrawalState } from '../../src/modules/chain/withdrawals/withdrawal.entity';
import { Withdrawals } from '../../src/modules/chain/withdrawals/withdrawals';
import { placeholders } from '../../src/platform/database/insert-rows';
import { confirmations, type Holder, type SchoolOnChain } from './school-on-chain';

export const endowment = 40_000;
const holderCount = 8;
const minAmount = 10;

const trace = {
  id: int,
  userId: int,
  amount: int,
  state: textOf<WithdrawalState>(),
  attempts: int,
  /** According to the database, the newest attempt was never sent. */
  unsent: bool,
  txHash: text,
  /** Its nonce is used at a final block. */
  consumed: bool,
};
/** The state of a withdrawal in the database and in the pool. */
export type Trace = Row<typeof trace> & { inPool: boolean };

/** People who withdraw and deposit coins, so that withdrawals are in all states at once. */
export class Traffic {
  private orderCount = 0;

  private constructor(
    readonly school: SchoolOnChain,
    readonly people: readonly Holder[],
    private readonly random: () => number,
  ) {}

  static async begin(school: SchoolOnChain, random: () => number): Promise<Traffic> {
    const people: Holder[] = [];
    while (people.length < holderCount) people.push(await school.createHolder(endowment));
    return new Traffic(school, people, random);
  }

  /** A random number from 1 to `max`. */
  randomUpTo = (max: number): number => 1 + Math.floor(this.random() * max);

  /** Requests withdrawals of the people with the fewest under way. Each has a different amount, so that a payment identifies its withdrawal. */
  async orderWithdrawals(count = 2): Promise<number[]> {
    const open = (await this.listTraces()).filter(({ state }) => state !== 'confirmed' && state !== 'refunded');
    const openCount = ({ client }: Holder): number => open.filter(({ userId }) => userId === client.id).length;
    const free = [...this.people].sort((first, second) => openCount(first) - openCount(second)).slice(0, count);
    const ids: number[] = [];
    for (const holder of free) ids.push(await this.requestWithdrawal(holder, minAmount + this.orderCount++));
    return ids;
  }

  async createSent(): Promise<number[]> {
    const ids = await this.orderWithdrawals();
    await this.school.poll();
    return ids;
  }

  async createMined(): Promise<void> {
    await this.createSent();
    await this.school.chain.mine();
  }

  async createFinal(): Promise<void> {
    await this.createMined();
    await this.school.poll();
    await this.school.chain.mine(confirmations);
  }

  /** Withdrawals whose nonces were spent by cancellations. The worker has not read the final block yet. */
  async createCancelled(): Promise<void> {
    await this.cancel(await this.createSent());
    await this.school.poll();
    await this.school.chain.mine(confirmations + 1);
  }

  /** Withdrawals whose payments failed, because the contract refused everything in their block. The worker has not read the final block yet. */
  async createFailed(): Promise<void> {
    await this.createSent();
    const { chain } = this.school;
    const code = await chain.send<string>('eth_getCode', [chain.contract, 'latest']);
    await chain.send('anvil_setCode', [chain.contract, '0xfe']);
    await chain.mine();
    await chain.send('anvil_setCode', [chain.contract, code]);
    // One block more, because the balance cannot be read at the block without the contract.
    await chain.mine(confirmations + 1);
  }

  createAnyWork(): Promise<unknown> {
    const stages = [
      () => this.orderWithdrawals(3),
      () => this.createMined(),
      () => this.createFinal(),
      () => this.createCancelled(),
    ];
    return stages[this.randomUpTo(stages.length) - 1]!();
  }

  /** Random deposits, and random cancellations of payments that are in the pool. */
  async addRandomEvents(): Promise<void> {
    if (this.random() < 0.7) await this.deposit();
    if (this.random() < 0.3) {
      const sent = (await this.listTraces()).filter(({ state }) => state === 'broadcast');
      if (sent.length > 0) await this.cancel([sent[this.randomUpTo(sent.length) - 1]!.id]);
    }
  }

  async deposit(): Promise<void> {
    const walletIndex = this.randomUpTo(this.people.length) - 1;
    const { chain } = this.school;
    const units = BigInt(this.randomUpTo(9)) * unitsPerCoin + BigInt(this.randomUpTo(9));
    if ((await chain.balanceOf(chain.wallets[walletIndex]!.address)) < 2n * units) return;
    await chain.transferToTreasury(walletIndex, units);
  }

  /** Every withdrawal, oldest first. */
  async listTraces(): Promise<Trace[]> {
    const rows = await this.school.app.database.rows(
      trace,
      `SELECT w.id, w.user_id AS "userId", w.amount, w.state, w.tx_hash AS "txHash",
         (SELECT count(*) FROM rewards_withdrawal_attempt a WHERE a.withdrawal_id = w.id) AS attempts,
         (SELECT count(*) FROM rewards_withdrawal_attempt a WHERE a.tx_hash = w.tx_hash AND a.sent_at IS NULL) > 0 AS unsent,
         COALESCE(w.nonce < h.final_nonce, 1 = 0) AS consumed
       FROM rewards_withdrawal w LEFT JOIN rewards_hot_wallet h ON h.id = w.hot_wallet_id ORDER BY w.id`,
    );
    const { pending, queued } = await this.school.chain.pool();
    const pool = new Set([...pending, ...queued]);
    return rows.map((row) => ({ ...row, inPool: pool.has(row.txHash) }));
  }

  /** Without an HTTP request, which would need a new access token after ten minutes. */
  private async requestWithdrawal({ client, walletId }: Holder, amount: number): Promise<number> {
    const actor = { id: client.id, provenAt: this.school.app.clock.now() } as Actor;
    const { withdrawal } = await this.school.app.part(Withdrawals).request(actor, { walletId, amount }, null);
    return withdrawal.id;
  }

  private async cancel(ids: readonly number[]): Promise<void> {
    const { database } = this.school.app;
    await database.transaction(() =>
      database.run(`UPDATE rewards_withdrawal SET cancelling = $1 WHERE id IN (${placeholders(ids.length, 2)})`, [
        true,
        ...ids,
      ]),
    );
  }
}
