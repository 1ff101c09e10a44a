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
import { anyMoment, kills, replyLost, type Kill } from './kill-points';
import { ExpectedResults } from './expected-results';
import { chainEnvironment, SchoolOnChain } from './school-on-chain';
import { Traffic } from './traffic';

// Each place once on each engine.
const times = scale({ sqlite: 14, postgres: 14, long: 200 });
const environment = { CHAIN_IN_FLIGHT: '64', CHAIN_DAILY_CAP: '2000000' };

function report(
  struck: ReadonlyMap<string, number>,
  figures: Awaited<ReturnType<ExpectedResults['figures']>> & { refusals: number },
): void {
  const { double, lost, refusals, confirmed, refunded, deposits } = figures;
  const lines = [
    `${times} kills: ${double} double payments, ${lost} lost, ${refusals} refusals (${testEngine()})`,
    `  ${confirmed + refunded} withdrawals: ${confirmed} paid, ${refunded} refunded; ${deposits} deposits`,
    ...[...struck].map(([name, number]) => `  ${name.padEnd(40)} ${String(number).padStart(3)}`),
  ];
  console.log(lines.join('\n'));
}

describeOnChain('a worker that is killed', () => {
  let chain: LocalChain;
  let proxy: RpcProxy;
  let on: SchoolOnChain;
  let witness: SchoolOnChain;
  let traffic: Traffic;
  let next: KilledWorker | undefined;

  beforeAll(async () => {
    await buildOnce();
    chain = await LocalChain.start({ automine: false });
    await chain.mine(10);
    proxy = await RpcProxy.start(chain.rpcUrl);
    on = await SchoolOnChain.open(chain, { environment, rpcUrls: [proxy.url] });
    witness = await SchoolOnChain.open(chain, { url: on.school.url });
    proxy.permit = isCommitted;
    await on.tick();
    traffic = await Traffic.begin(on, random(Number(scale.seed)));
    next = open();
    // Programs start and are compiled here: slow where others work too.
  }, 300_000);
  afterAll(async () => {
    await next?.kill();
    await Promise.all([on.close(), witness.close()]);
    await proxy.stop();
    await chain.stop();
  });

  const open = (): KilledWorker => {
    const settings = { ...chainEnvironment(chain, [proxy.url]), ...environment } as Environment;
    return KilledWorker.open(on.school.url, settings);
  };

  /** Through a connection that sees what is committed, and nothing else. */
  async function isCommitted(hash: string): Promise<boolean> {
    const sql = 'SELECT count(*) AS known FROM rewards_withdrawal_attempt WHERE tx_hash = $1';
    return (await witness.school.database.row({ known: int }, sql, [hash]))!.known === 1;
  }

  /** Its process; another one opens meanwhile. */
  function take(): KilledWorker {
    const worker = next ?? open();
    next = open();
    return worker;
  }

  /** The node has the transaction, and its sender dies before it hears so. */
  function insteadOfReply(worker: KilledWorker, time: number): Intercept {
    let left = time;
    return onCall('eth_sendRawTransaction', async (call, forward) => {
      if (--left > 0) return forward();
      const silence = await timeOutAfterForwarding(call, forward);
      await worker.kill();
      return silence;
    });
  }

  function after(worker: KilledWorker, ms: number): Intercept {
    let pulled: Promise<void> | undefined;
    return (_call, forward) => {
      pulled ??= sleep(ms).then(() => worker.kill());
      return forward();
    };
  }

  /** A place that was not reached is looked for earlier: the first statement, and the first moment, always are. */
  async function strike({ place, most }: Kill): Promise<void> {
    for (let time = traffic.upTo(most); ; time = Math.ceil(time / 2)) {
      const worker = take();
      if (place === replyLost) proxy.intercept = insteadOfReply(worker, time);
      if (place === anyMoment) proxy.intercept = after(worker, time);
      const killed = await worker.run({ place, time });
      proxy.reset();
      if (killed) return;
      if (most <= 3) throw new Error(`The worker came to its end and never to "${place}", time ${time}`);
    }
  }

  /** The lease of the dead runs out. */
  async function timePasses(): Promise<void> {
    const { database } = on.school;
    await database.transaction(() => database.run('UPDATE platform_lease SET expires_at = $1', [new Date(0)]));
  }

  async function othersGoOn(): Promise<void> {
    await on.tick();
    await on.mine();
  }

  async function die(kill: Kill): Promise<void> {
    await traffic.stir();
    await kill.stage(traffic);
    const before = await traffic.traces();
    await strike(kill);
    const after = await traffic.traces();
    if (!kill.left(before, after)) throw new Error(`Killed ${kill.name}, and left ${JSON.stringify(after)}`);
    await timePasses();
    if (kill.repaired !== false) await othersGoOn();
    expect(await (await ExpectedResults.of(traffic)).doublePayments()).toBe(0);
    expect(await on.violations()).toEqual([]);
  }

  const isOpen = ({ state }: { state: string }): boolean => state !== 'confirmed' && state !== 'refunded';
  async function untilAllHasEnded(): Promise<void> {
    for (let left = 50; left > 0 && (await on.states()).some(isOpen); left--) await on.mine();
    expect((await on.states()).filter(isOpen)).toEqual([]);
  }

  test(`${times} times, wherever it is, pays each withdrawal once or refunds it once`, async () => {
    const struck = new Map<string, number>();
    for (let at = 0; at < times; at++) {
      const kill = kills[at % kills.length]!;
      await die(kill);
      struck.set(kill.name, (struck.get(kill.name) ?? 0) + 1);
    }
    await untilAllHasEnded();

    const reckoning = await ExpectedResults.of(traffic);
    const figures = { ...(await reckoning.figures()), refusals: proxy.refusals };
    report(struck, figures);
    expect(figures).toMatchObject({ double: 0, lost: 0, refusals: 0 });
    // Nothing of it counts where nothing happened.
    for (const number of [figures.confirmed, figures.refunded, figures.deposits]) expect(number).toBeGreaterThan(0);
    for (const holder of traffic.people)
      expect(await reckoning.found(holder)).toEqual(await reckoning.expected(holder));
    expect(await on.violations()).toEqual([]);
  }, 2_400_000);
});
