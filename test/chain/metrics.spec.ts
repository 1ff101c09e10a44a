import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { School } from '../support/school';
import { endow } from '../rewards/ledger-state';
import { DatabaseFixture, fixtureEnvironment, schoolWithFixture } from './database-fixture';

const metricsOf = async (school: School): Promise<string> => (await school.visitor.get('//metrics')).body;
const value = (text: string, name: string): number => {
  const found = text.split('\n').find((line) => line.startsWith(`${name} `));
  return Number(found?.split(' ')[1]);
};

/** Leaves out the metrics of the database, which name every table. */
const ofTheChain = (statements: string[]): string[] =>
  statements.filter((sql) => sql.includes('rewards_') && !/platform_|rewards_unusualaccount/.test(sql));

test('the chain metrics show the status of the chain and cost two statements', async () => {
  const school = await schoolWithFixture();
  const early = await metricsOf(school);
  expect(value(early, 'teoart_chain_withdrawals{state="reserved"}')).toBe(0);
  expect(value(early, 'teoart_chain_head_block')).toBeNaN();
  const ann = await school.student();
  await endow(school, ann.id, 1_000);
  const chain = await DatabaseFixture.of(school, 500);
  await chain.createReserved(ann.id, 10);
  await chain.createBroadcast(ann.id, 10);
  await chain.createConfirmed(ann.id, 100);
  await chain.createDeposit(7n * 10n ** 18n, null);
  await chain.haltAhead(1);
  await chain.write('UPDATE rewards_chain_cursor SET faults = 4, underfunded = $1, observed_at = $2', [
    ...[true, new Date('2026-03-01T10:00:00Z')],
  ]);
  school.clock.stopAt(new Date('2026-03-01T10:01:30Z'));
  const { statements, result } = await school.statements(() => metricsOf(school));
  expect(ofTheChain(statements)).toHaveLength(2);
  expect(value(result, 'teoart_chain_withdrawals{state="reserved"}')).toBe(1);
  expect(value(result, 'teoart_chain_withdrawals{state="confirmed"}')).toBe(1);
  expect(value(result, 'teoart_chain_withdrawals{state="halted"}')).toBe(0);
  const gauges = {
    ...{ halted_hot_wallets: 1, head_block: 102, final_block: 102, lag_seconds: 90, faults: 4, underfunded: 1 },
    ...{ unattributed_deposits: 1, treasury_ratio: Math.floor((407 / 900) * 1_000_000) / 1_000_000 },
  };
  for (const [name, expected] of Object.entries(gauges))
    expect([name, value(result, `teoart_chain_${name}`)]).toEqual([name, expected]);
  await school.close();
});

test('a school without a chain has no chain metrics', async () => {
  const school = await School.open();
  const { statements, result } = await school.statements(() => metricsOf(school));
  expect(ofTheChain(statements)).toHaveLength(0);
  expect(result).not.toMatch(/teoart_chain_(?:withdrawals|head)/);
  await school.close();
});

test('the metrics count requests to nodes and polls, and the stored fault does not contain the address of the node', async () => {
  const node = createServer((_request, reply) => reply.writeHead(500).end('<html>')).listen(0, '127.0.0.1');
  await once(node, 'listening');
  const { port } = node.address() as AddressInfo;
  const school = await School.open({
    environment: { ...fixtureEnvironment, CHAIN_RPC_URL: `http://127.0.0.1:${port}/v3/secret-of-the-account` },
  });
  await DatabaseFixture.of(school);
  await expect(school.job('rewards:poll-chain')).rejects.toThrow('Try again');
  const text = await metricsOf(school);
  expect(value(text, 'teoart_chain_tick_seconds_count{outcome="fault"}')).toBe(1);
  expect(text).toMatch(/^teoart_chain_rpc_seconds_count\{method="eth_getBlockByNumber",outcome="fault"\} [1-9]/m);
  const { body } = await (await school.admin()).get('/coins/chain/status');
  expect(body.cursor.lastFault).toMatch(/eth_getBlockByNumber: /);
  expect(JSON.stringify(body)).not.toContain('secret-of-the-account');
  await school.close();
  node.close();
});
