import { Ledger } from '../../src/modules/rewards';
import { int } from '../../src/platform/database/columns';
import { insertRows } from '../../src/platform/database/insert-rows';
import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { RpcProxy } from '../support/rpc-proxy';
import { endow } from '../rewards/ledger-state';
import { chainEnvironment, SchoolOnChain, type Holder } from './school-on-chain';

/** The number of HTTP requests and of RPC calls in one poll. A request can contain several calls. */
interface PollCost {
  requests: number;
  calls: number;
}

const pendingCounts = [100, 1_000, 10_000];
const measuredPollCount = 3;
const maxInFlightCount = 16;

describeOnChain('requests of a poll to the nodes', () => {
  let chain: LocalChain;
  let proxy: RpcProxy;
  let school: SchoolOnChain;
  let ann: Holder;
  beforeAll(async () => {
    chain = await LocalChain.start({ automine: false });
    proxy = await RpcProxy.start(chain.rpcUrl);
    await chain.mine(10);
    school = await SchoolOnChain.open(chain, {
      rpcUrls: [proxy.url],
      environment: {
        ...chainEnvironment(chain, [proxy.url]),
        CHAIN_FINALIZED_TAG: 'on',
        CHAIN_IN_FLIGHT: String(maxInFlightCount),
      },
    });
    ann = await school.createHolder(0);
    await endow(school.app, ann.client.id, 1_000_000);
    await school.poll();
  }, 120_000);
  afterAll(async () => {
    await school.close();
    await proxy.stop();
    await chain.stop();
  });

  /** Adds withdrawals until `count` are pending. Sixteen of them are under way, the others wait. */
  async function fillPending(count: number): Promise<void> {
    const { database } = school.app;
    await database.transaction(async () => {
      const sql = `SELECT count(*) AS "pendingCount" FROM rewards_withdrawal WHERE state <> 'confirmed'`;
      const { pendingCount } = (await database.row({ pendingCount: int }, sql))!;
      const debit = { userId: ann.client.id, type: 'withdrawal', amount: 10, description: '' } as const;
      const debits = Array.from({ length: count - pendingCount }, () => debit);
      const posted = await school.app.part(Ledger).post(debits);
      const columns = ['user_id', 'address', 'amount', 'state', 'ledger_id', 'requested_at', 'changed_at'];
      const now = new Date();
      const address = ann.wallet.address.toLowerCase();
      const rows = posted.map(({ id }) => [ann.client.id, address, 10, 'reserved', id, now, now]);
      await insertRows(database, 'rewards_withdrawal', columns, rows);
    });
    await school.poll();
  }

  /** The average cost of polls. Each of them finds sixteen payments in a block and a new final block, and sends sixteen payments. */
  async function measurePollCost(): Promise<PollCost> {
    await school.mine(6);
    proxy.reset();
    for (let poll = 0; poll < measuredPollCount; poll++) await school.mine();
    const { requests, calls } = proxy.counts;
    let callCount = 0;
    for (const countOfMethod of Object.values(calls)) callCount += countOfMethod;
    return { requests: requests / measuredPollCount, calls: callCount / measuredPollCount };
  }

  test('a poll sends at most ten requests to the node, and about as many for 10,000 pending withdrawals as for 100', async () => {
    const costs: PollCost[] = [];
    for (const pendingCount of pendingCounts) {
      await fillPending(pendingCount);
      const cost = await measurePollCost();
      costs.push(cost);
      console.log(`${pendingCount} pending: ${cost.requests} requests with ${cost.calls} calls a poll`);
    }
    const costOfFewest = costs[0]!;
    for (const { requests, calls } of costs) {
      expect(requests).toBeLessThanOrEqual(10);
      expect(requests).toBeLessThanOrEqual(1.2 * costOfFewest.requests);
      expect(calls).toBeLessThanOrEqual(1.2 * costOfFewest.calls);
    }
    // The costs prove nothing if few withdrawals were sent during the measured polls.
    const withNonce = (await school.listWithdrawals()).filter(({ nonce }) => nonce >= 0);
    expect(withNonce.length).toBeGreaterThan(pendingCounts.length * maxInFlightCount * measuredPollCount);
    expect(await school.listViolations()).toEqual([]);
  }, 120_000);
});
