import { setTimeout as sleep } from 'node:timers/promises';
import { int, text } from '../../src/platform/database/columns';
import { unitsOf } from '../../src/modules/chain/settings/token';
import type { Dice } from './fault-schedule';
import { confirmations, type Holder, type SchoolOnChain } from './school-on-chain';

const isOpenSql = `state IN ('reserved', 'signing', 'signed', 'broadcast', 'mined', 'halted')`;

/** A school in which people withdraw and deposit at random. Its database is compared with the chain. */
export class RandomSchool {
  readonly figures = {
    withdrawals: 0,
    deposits: 0,
    blocks: 0,
    reorganisations: 0,
    confirmed: 0,
    credited: 0,
    refunded: 0,
  };
  private lastFinal = 0;
  private settledTo = 0;

  private constructor(
    private readonly school: SchoolOnChain,
    private readonly dice: Dice,
    private people: readonly Holder[],
    /** The school records the chain from the block after this one. */
    private readonly opening: number,
  ) {}

  static async open(school: SchoolOnChain, dice: Dice, count: number): Promise<RandomSchool> {
    const people: Holder[] = [];
    for (let person = 0; person < count; person++) people.push(await school.createHolder(20_000));
    return new RandomSchool(school, dice, people, (await school.getCursor()).final);
  }

  async signInAgain(): Promise<void> {
    const signInHolder = async (holder: Holder): Promise<Holder> => ({
      ...holder,
      client: await this.school.app.signedIn(holder.client),
    });
    this.people = await Promise.all(this.people.map(signInHolder));
  }

  async doRandomActions(): Promise<void> {
    const { dice, school, figures } = this;
    if (dice.chance(40)) await this.withdraw(dice.pick(this.people));
    if (dice.chance(30)) await this.deposit(dice.pick(this.people));
    if (dice.chance(10)) await this.cancel();
    if (dice.chance(10)) {
      await school.chain.reorg(1 + dice.below(confirmations - 1));
      figures.reorganisations += 1;
    }
    const blocks = dice.below(3);
    if (blocks > 0) await school.chain.mine(blocks);
    figures.blocks += blocks;
  }

  /** False if no provider could be trusted. Other errors are thrown. */
  async poll(): Promise<boolean> {
    try {
      await this.school.poll();
      return true;
    } catch (error) {
      if ((error as Error).name !== 'ChainUnavailable') throw error;
      return false;
    }
  }

  /** Everything that is confirmed or credited must be final on the chain. */
  async expectNothingWrong(): Promise<void> {
    const { number: head } = await this.school.chain.head();
    const cursor = await this.school.getCursor();
    expect(cursor).toMatchObject({ halted: false, underfunded: false });
    expect(cursor.final).toBeGreaterThanOrEqual(this.lastFinal);
    expect(cursor.final).toBeLessThanOrEqual(head - confirmations);
    this.lastFinal = cursor.final;
    const block = await this.school.chain.provider.getBlock(cursor.final);
    expect(block!.hash).toBe(cursor.finalHash);
    for (const { txHash, blockNumber } of await this.listSettledSince(this.settledTo)) {
      const receipt = await this.school.chain.provider.getTransactionReceipt(txHash);
      expect(receipt).toMatchObject({ status: 1, blockNumber });
      expect(blockNumber).toBeLessThanOrEqual(cursor.final);
    }
    this.settledTo = cursor.final;
  }

  /**
   * Counts the polls without faults until everything final on the chain is in the database. A failed poll restarts the count, because on a
   * busy machine the node itself can be late.
   */
  async pollsUntilSettled(): Promise<number> {
    for (let [polls, faults] = [1, 0]; polls <= 5 && faults < 50; polls++) {
      if (!(await this.poll())) {
        faults += 1;
        polls = 0;
      } else if (await this.isSettled()) return polls;
    }
    return Infinity;
  }

  /** Continues until nothing is under way. Each withdrawal must be paid exactly once, or refunded and not paid. */
  async finishAll(): Promise<void> {
    for (let round = 0; round < 100 && (await this.count(`rewards_withdrawal WHERE ${isOpenSql}`)) > 0; round++) {
      await this.school.chain.mine();
      await this.poll();
      await sleep(50);
    }
    const paid = (await Promise.all(this.people.map((holder) => this.school.listPaymentHashes(holder)))).flat();
    const rows = await this.school.app.database.rows(
      { state: text, txHash: text },
      'SELECT state, tx_hash AS "txHash" FROM rewards_withdrawal',
    );
    const confirmed = rows.filter(({ state }) => state === 'confirmed');
    const refunded = rows.filter(({ state }) => state === 'refunded');
    expect(confirmed.map(({ txHash }) => txHash).sort()).toEqual(paid.sort());
    expect(confirmed.length + refunded.length).toBe(this.figures.withdrawals);
    expect(await this.pollsUntilSettled()).toBeLessThanOrEqual(2);
    this.figures.confirmed = confirmed.length;
    this.figures.refunded = refunded.length;
    this.figures.credited = await this.count(`rewards_deposit WHERE state = 'credited'`);
  }

  private async withdraw({ client, walletId }: Holder): Promise<void> {
    const { status } = await client.post('/coins/withdrawals', { walletId, amount: 10 + this.dice.below(30) });
    // 409 if three withdrawals of the person are already under way.
    expect([201, 409]).toContain(status);
    if (status === 201) this.figures.withdrawals += 1;
  }

  /** Cancels a payment like an administrator. */
  private async cancel(): Promise<void> {
    const { database } = this.school.app;
    await database.transaction(() =>
      database.run(
        `UPDATE rewards_withdrawal SET cancelling = $1
         WHERE id = (SELECT max(id) FROM rewards_withdrawal WHERE state IN ('signing', 'signed', 'broadcast'))`,
        [true],
      ),
    );
  }

  private async deposit({ wallet }: Holder): Promise<void> {
    const { chain } = this.school;
    const nonce = await chain.provider.getTransactionCount(wallet.address, 'pending');
    const raw = await chain.signTransfer(wallet, chain.treasury, unitsOf(10 + this.dice.below(10)), { nonce });
    await chain.send('eth_sendRawTransaction', [raw]);
    this.figures.deposits += 1;
  }

  private listSettledSince(block: number) {
    return this.school.app.database.rows(
      { txHash: text, blockNumber: int },
      `SELECT tx_hash AS "txHash", block_number AS "blockNumber" FROM rewards_withdrawal
       WHERE state = 'confirmed' AND block_number > $1
       UNION ALL SELECT tx_hash, block_number FROM rewards_deposit WHERE state = 'credited' AND block_number > $1`,
      [block],
    );
  }

  /** Includes transfers that are not final. */
  async expectNobodyOverpaid(): Promise<void> {
    const { app, chain } = this.school;
    const requested = await app.database.rows(
      { address: text, total: int },
      'SELECT address, sum(amount) AS total FROM rewards_withdrawal WHERE nonce IS NOT NULL GROUP BY address',
    );
    const owed = new Map(requested.map(({ address, total }) => [address, unitsOf(total)]));
    const filter = chain.token.filters.Transfer!(chain.treasury);
    for (const log of await chain.token.queryFilter(filter, 0)) {
      const { to, value } = (log as unknown as { args: { to: string; value: bigint } }).args;
      owed.set(to.toLowerCase(), (owed.get(to.toLowerCase()) ?? 0n) - value);
    }
    expect([...owed].filter(([, left]) => left < 0n)).toEqual([]);
  }

  private async isSettled(): Promise<boolean> {
    const { chain } = this.school;
    const final = (await chain.head()).number - confirmations;
    const logs = async (...parties: (string | null)[]): Promise<number> =>
      (await chain.token.queryFilter(chain.token.filters.Transfer!(...parties), this.opening + 1, final)).length;
    return (
      (await this.school.getCursor()).final === final &&
      (await this.count('rewards_payout WHERE withdrawal_id IS NOT NULL')) === (await logs(chain.treasury)) &&
      (await this.count(`rewards_withdrawal WHERE state = 'confirmed'`)) === (await logs(chain.treasury)) &&
      (await this.count(`rewards_deposit WHERE state = 'credited'`)) === (await logs(null, chain.treasury))
    );
  }

  private async count(fromSql: string): Promise<number> {
    return (await this.school.app.database.row({ total: int }, `SELECT count(*) AS total FROM ${fromSql}`))!.total;
  }
}
