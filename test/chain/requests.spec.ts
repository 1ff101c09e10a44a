import { Ledger } from '../../src/modules/rewards';
import { int } from '../../src/platform/database/columns';
import { insertRows } from '../../src/platform/database/insert-rows';
import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { RpcProxy } from '../support/rpc-proxy';
import { endow } from '../rewards/ledger-state';
import { chainEnvironment, SchoolOnChain, type Holder } from './school-on-chain';

/** HTTP requests and RPC calls of one poll. */
interface Cost {
  requests: number;
  calls: number;
}

const sizes = [100, 1_000, 10_000];
const ticks = 3;
const inFlight = 16;

describeOnChain('requests of a poll to the nodes', () => {
  let chain: LocalChain;
  let proxy: RpcProxy;
  let on: SchoolOnChain;
  let ann: Holder;
  beforeAll(async () => {
    chain = await LocalChain.start({ automine: false });
    proxy = await RpcProxy.start(chain.rpcUrl);
    await chain.mine(10);
    on = await SchoolOnChain.open(chain, {
      rpcUrls: [proxy.url],
      environment: {
        ...chainEnvironment(chain, [proxy.url]),
        CHAIN_FINALIZED_TAG: 'on',
        CHAIN_IN_FLIGHT: `${inFlight}`,
      },
    });
    ann = await on.holder(0);
    await endow(on.school, ann.ask.id, 1_000_000);
    await on.poll();
  }, 120_000);
  afterAll(async () => {
    await on.close();
    await proxy.stop();
    await chain.stop();
  });

  /** Raises the number of pending withdrawals to `count`. Sixteen of them are under way, the others wait. */
  async function pending(count: number): Promise<void> {
    const { database } = on.school;
    await database.transaction(async () => {
      const sql = "SELECT count(*) AS open FROM rewards_withdrawal WHERE state <> 'confirmed'";
      const { open } = (await database.row({ open: int }, sql))!;
      const movement = { userId: ann.ask.id, type: 'withdrawal', amount: 10, description: '' } as const;
      const posted = await on.school.part(Ledger).post(Array.from({ length: count - open }, () => movement));
      const columns = ['user_id', 'address', 'amount', 'state', 'ledger_id', 'requested_at', 'changed_at'];
      const [now, address] = [new Date(), ann.wallet.address.toLowerCase()];
      const rows = posted.map(({ id }) => [ann.ask.id, address, 10, 'reserved', id, now, now]);
      await insertRows(database, 'rewards_withdrawal', columns, rows);
    });
    await on.poll();
  }

  /** The average of polls that each find sixteen payments in a block and a new final block, and send sixteen payments. */
  async function costOfPoll(): Promise<Cost> {
    await on.mine(6);
    proxy.reset();
    for (let tick = 0; tick < ticks; tick++) await on.mine();
    const { requests, calls } = proxy.counts;
    return { requests: requests / ticks, calls: Object.values(calls).reduce((sum, n) => sum + n, 0) / ticks };
  }

  test('a poll sends at most ten requests, and as many for 10,000 pending withdrawals as for 100', async () => {
    const costs: Cost[] = [];
    for (const count of sizes) {
      await pending(count);
      costs.push(await costOfPoll());
    }
    for (const [at, { requests, calls }] of costs.entries())
      console.log(`${sizes[at]} pending: ${requests} requests with ${calls} calls a poll`);
    const [first] = costs;
    for (const { requests, calls } of costs) {
      expect(requests).toBeLessThanOrEqual(10);
      expect(requests).toBeLessThanOrEqual(1.2 * first!.requests);
      expect(calls).toBeLessThanOrEqual(1.2 * first!.calls);
    }
    const sent = (await on.states()).filter(({ nonce }) => nonce >= 0).length;
    expect(sent).toBeGreaterThan(3 * inFlight * ticks);
    expect(await on.violations()).toEqual([]);
  }, 120_000);
});
