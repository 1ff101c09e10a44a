import { int, text } from '../../src/platform/database/columns';
import { done } from '../journeys/cast';
import { LocalChain } from '../support/chain';
import { RpcProxy } from '../support/rpc-proxy';
import type { Client } from '../support/school';
import { unitsOf } from '../../src/modules/chain/settings/token';
import { confirmations, SchoolOnChain, type Holder } from './school-on-chain';

/**
 * One chain for all tests of a file, reset before each test, and a school with two holders. It checks that only committed transactions are
 * sent. Wallet 5 has an allowance: it can move coins out of the treasury without a nonce of the treasury.
 */
export class ChainFixture {
  chain: LocalChain;
  proxy: RpcProxy;
  school: SchoolOnChain;
  admin: Client;
  ann: Holder;
  ben: Holder;
  /** The invariants that the audit must report as broken at the end of the test. */
  expectedViolations: string[] = [];
  private freshSnapshot: string;

  /** Registers the hooks of the calling file. */
  static prepare(): ChainFixture {
    const fixture = new ChainFixture();
    beforeAll(() => fixture.start(), 60_000);
    beforeEach(() => fixture.reset(), 60_000);
    afterEach(() => fixture.end());
    afterAll(async () => {
      await fixture.proxy.stop();
      await fixture.chain.stop();
    });
    return fixture;
  }

  private async start(): Promise<void> {
    this.chain = await LocalChain.start({ automine: false });
    this.proxy = await RpcProxy.start(this.chain.rpcUrl);
    await this.chain.token.getFunction('approve')(this.chain.wallets[5]!.address, unitsOf(10 ** 9));
    await this.chain.mine(confirmations + 2);
    this.freshSnapshot = await this.chain.snapshot();
  }

  private async reset(): Promise<void> {
    await this.chain.revert(this.freshSnapshot);
    await this.chain.send('anvil_dropAllTransactions');
    this.freshSnapshot = await this.chain.snapshot();
    this.proxy.reset();
    const environment = { CHAIN_DAILY_CAP: '1000', CHAIN_MAX_FEE_GWEI: '20' };
    this.school = await SchoolOnChain.open(this.chain, { rpcUrls: [this.proxy.url], environment });
    this.school.advanceClock(0);
    this.proxy.permit = (hash) => this.school.hasAttempt(hash);
    await this.school.poll();
    this.admin = await this.school.app.admin();
    [this.ann, this.ben] = [await this.school.createHolder(900), await this.school.createHolder(900)];
  }

  private async end(): Promise<void> {
    const violations = await this.school.listViolations();
    await this.school.close();
    const { expectedViolations: broken } = this;
    this.expectedViolations = [];
    expect(this.proxy.refusals).toBe(0);
    expect(violations.map(({ invariant }) => invariant)).toEqual(broken);
  }

  stateOf = async (holder: Holder, id: number): Promise<string> =>
    ((await this.school.getWithdrawal(holder, id)) as { status: string }).status;

  refundsOf = async ({ client }: Holder): Promise<number> =>
    (await done(client.get('/me/coins/transactions?type=withdrawal_refund'))).data.length;

  async notificationTypesOf({ client }: Holder): Promise<string[]> {
    await this.school.app.settle();
    return (await done(client.get('/me/notifications'))).data.map(({ type }: { type: string }) => type);
  }

  /** Changes rows directly in the database. */
  changeRows(sql: string, values: (string | number | boolean | Date)[] = []): Promise<number> {
    return this.school.app.database.transaction(() => this.school.app.database.run(sql, values));
  }

  async getWithdrawalRow(id: number) {
    const row = await this.school.app.database.row(
      { state: text, consumedBy: text, reason: text, id: int },
      'SELECT id, state, consumed_by AS "consumedBy", reason FROM rewards_withdrawal WHERE id = $1',
      [id],
    );
    return row!;
  }
}
