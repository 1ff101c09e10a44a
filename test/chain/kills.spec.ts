import { setTimeout as sleep } from 'node:timers/promises';
import { int } from '../../src/platform/database/columns';
import { buildOnce } from '../support/build-once';
import { LocalChain } from '../support/chain';
import { testEngine } from '../support/database-url';
import { describeOnChain } from '../support/on-chain';
import { on as onCall, timeOutAfterForwarding } from '../support/rpc-faults';
import { RpcProxy, type Intercept } from '../support/rpc-proxy';
import type { Environment } from '../support/server';
import { random } from '../rewards/random-operations';
import { scale } from '../rewards/scale';
import { KilledWorker } from './killed-worker';
import { anyMoment, kills, responseLost, type Kill } from './kill-points';
import { ExpectedResults } from './expected-results';
import { chainEnvironment, SchoolOnChain } from './school-on-chain';
import { Traffic } from './traffic';

// Once for each place.
const times = scale({ sqlite: 14, postgres: 14, long: 200 });
const environment = { CHAIN_IN_FLIGHT: '64', CHAIN_DAILY_CAP: '2000000' };

function report(
  killCounts: ReadonlyMap<string, number>,
  figures: Awaited<ReturnType<ExpectedResults['figures']>> & { refusals: number },
): void {
  const { double, lost, refusals, confirmed, refunded, deposits } = figures;
  const lines = [
    `${times} kills: ${double} double payments, ${lost} lost, ${refusals} refusals (${testEngine()})`,
    `  ${confirmed + refunded} withdrawals: ${confirmed} paid, ${refunded} refunded; ${deposits} deposits`,
    ...[...killCounts].map(([name, number]) => `  ${name.padEnd(40)} ${String(number).padStart(3)}`),
  ];
  console.log(lines.join('\n'));
}

describeOnChain('killed workers', () => {
  let chain: LocalChain;
  let proxy: RpcProxy;
  let school: SchoolOnChain;
  let committedReader: SchoolOnChain;
  let traffic: Traffic;
  let next: KilledWorker | undefined;

  beforeAll(async () => {
    await buildOnce();
    chain = await LocalChain.start({ automine: false });
    await chain.mine(10);
    proxy = await RpcProxy.start(chain.rpcUrl);
    school = await SchoolOnChain.open(chain, { environment, rpcUrls: [proxy.url] });
    committedReader = await SchoolOnChain.open(chain, { url: school.app.url });
    proxy.permit = isCommitted;
    await school.poll();
    traffic = await Traffic.begin(school, random(Number(scale.seed)));
    next = open();
    // Long, because programs are compiled and started here.
  }, 300_000);
  afterAll(async () => {
    await next?.kill();
    await Promise.all([school.close(), committedReader.close()]);
    await proxy.stop();
    await chain.stop();
  });

  const open = (): KilledWorker => {
    const settings = { ...chainEnvironment(chain, [proxy.url]), ...environment } as Environment;
    return KilledWorker.open(school.app.url, settings);
  };

  /** Uses another connection, which sees committed rows only. */
  async function isCommitted(hash: string): Promise<boolean> {
    const sql = 'SELECT count(*) AS known FROM rewards_withdrawal_attempt WHERE tx_hash = $1';
    return (await committedReader.app.database.row({ known: int }, sql, [hash]))!.known === 1;
  }

  /** Returns a worker that is ready, and starts the next one. */
  function take(): KilledWorker {
    const worker = next ?? open();
    next = open();
    return worker;
  }

  /** The node receives the transaction, and the worker is killed before the response. */
  function killBeforeResponse(worker: KilledWorker, time: number): Intercept {
    let left = time;
    return onCall('eth_sendRawTransaction', async (call, forward) => {
      if (--left > 0) return forward();
      const silence = await timeOutAfterForwarding(call, forward);
      await worker.kill();
      return silence;
    });
  }

  function killAfter(worker: KilledWorker, ms: number): Intercept {
    let pulled: Promise<void> | undefined;
    return (_call, forward) => {
      pulled ??= sleep(ms).then(() => worker.kill());
      return forward();
    };
  }

  /** If the place was not reached, an earlier time is tried. The first statement and the first moment are always reached. */
  async function killWorker({ place, maxPasses }: Kill): Promise<void> {
    for (let time = traffic.randomUpTo(maxPasses); ; time = Math.ceil(time / 2)) {
      const worker = take();
      if (place === responseLost) proxy.intercept = killBeforeResponse(worker, time);
      if (place === anyMoment) proxy.intercept = killAfter(worker, time);
      const killed = await worker.run({ place, time });
      proxy.reset();
      if (killed) return;
      if (maxPasses <= 3) throw new Error(`The worker ended without reaching "${place}", time ${time}`);
    }
  }

  /** Ends the lease of the killed worker. */
  async function expireLease(): Promise<void> {
    const { database } = school.app;
    await database.transaction(() => database.run('UPDATE platform_lease SET expires_at = $1', [new Date(0)]));
  }

  async function continueWithAnotherWorker(): Promise<void> {
    await school.poll();
    await school.mine();
  }

  async function killAt(kill: Kill): Promise<void> {
    await traffic.addRandomEvents();
    await kill.prepare(traffic);
    const before = await traffic.listTraces();
    await killWorker(kill);
    const after = await traffic.listTraces();
    if (!kill.hasLeft(before, after)) throw new Error(`Killed ${kill.name}, but it left ${JSON.stringify(after)}`);
    await expireLease();
    if (kill.isFollowedByPoll !== false) await continueWithAnotherWorker();
    expect(await (await ExpectedResults.of(traffic)).countDoublePayments()).toBe(0);
    expect(await school.listViolations()).toEqual([]);
  }

  const isOpen = ({ state }: { state: string }): boolean => state !== 'confirmed' && state !== 'refunded';
  async function mineUntilAllEnded(): Promise<void> {
    for (let left = 50; left > 0 && (await school.listWithdrawals()).some(isOpen); left--) await school.mine();
    expect((await school.listWithdrawals()).filter(isOpen)).toEqual([]);
  }

  test(`after a worker is killed ${times} times, each withdrawal is paid once or refunded once`, async () => {
    const killCounts = new Map<string, number>();
    for (let at = 0; at < times; at++) {
      const kill = kills[at % kills.length]!;
      await killAt(kill);
      killCounts.set(kill.name, (killCounts.get(kill.name) ?? 0) + 1);
    }
    await mineUntilAllEnded();

    const results = await ExpectedResults.of(traffic);
    const figures = { ...(await results.figures()), refusals: proxy.refusals };
    report(killCounts, figures);
    expect(figures).toMatchObject({ double: 0, lost: 0, refusals: 0 });
    // The test proves nothing if there were no payments, refunds or deposits.
    for (const number of [figures.confirmed, figures.refunded, figures.deposits]) expect(number).toBeGreaterThan(0);
    for (const holder of traffic.people)
      expect(await results.actualFor(holder)).toEqual(await results.expectedFor(holder));
    expect(await school.listViolations()).toEqual([]);
  }, 2_400_000);
});
