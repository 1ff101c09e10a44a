import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { RpcProxy } from '../support/rpc-proxy';
import { scale } from '../rewards/scale';
import { Dice, FaultSchedule } from './fault-schedule';
import { RandomSchool } from './random-school';
import { confirmations, SchoolOnChain } from './school-on-chain';

// 10,000 in the long variant.
const goal = scale({ sqlite: 300, postgres: 300, long: 10_000 });
const pollsPerRound = 20;

describeOnChain('constant faults of two providers', () => {
  let chain: LocalChain;
  let proxies: RpcProxy[];
  let school: SchoolOnChain;
  let committedReader: SchoolOnChain;
  beforeAll(async () => {
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
    proxies = [await RpcProxy.start(chain.rpcUrl), await RpcProxy.start(chain.rpcUrl)];
    school = await SchoolOnChain.open(chain, {
      rpcUrls: proxies.map(({ url }) => url),
      environment: { CHAIN_RPC_TIMEOUT_MS: '700', CHAIN_STUCK_SECONDS: '1' },
    });
    // Another connection, which sees committed rows only.
    committedReader = await SchoolOnChain.open(chain, { url: school.app.url });
    for (const proxy of proxies) proxy.permit = (hash) => committedReader.hasAttempt(hash);
    await school.poll();
  }, 60_000);
  afterAll(async () => {
    await Promise.all([school.close(), committedReader.close()]);
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await chain.stop();
  });

  const stopFaults = (): void => proxies.forEach((proxy) => (proxy.intercept = (_call, forward) => forward()));

  test('a school whose two providers fail all the time pays, confirms and credits correctly, and is up to date two polls after they recover', async () => {
    const dice = new Dice(Number(scale.seed));
    const schedule = new FaultSchedule(dice);
    const randomSchool = await RandomSchool.open(school, dice, 5);
    let pollCount = 0;
    let failedPollCount = 0;
    let slowest = 0;
    while (schedule.total < goal) {
      await randomSchool.signInAgain();
      for (let poll = 0; poll < pollsPerRound; poll++) {
        await randomSchool.doRandomActions();
        schedule.draw(2).forEach((intercept, at) => (proxies[at]!.intercept = intercept));
        if (!(await randomSchool.poll())) failedPollCount += 1;
        pollCount += 1;
        await randomSchool.expectNothingWrong();
      }
      stopFaults();
      await randomSchool.expectNobodyOverpaid();
      slowest = Math.max(slowest, await randomSchool.pollsUntilSettled());
      expect(slowest).toBeLessThanOrEqual(2);
    }
    await randomSchool.finishAll();
    const sent = proxies.flatMap(({ rawTransactions }) => rawTransactions).length;
    const refusals = proxies.reduce((sum, proxy) => sum + proxy.refusals, 0);
    console.log(
      `Seed ${scale.seed}: ${schedule.total} faults in ${pollCount} polls, of which ${failedPollCount} failed`,
    );
    console.log(JSON.stringify(schedule.injectedCounts));
    console.log(
      `${JSON.stringify(randomSchool.figures)}; up to date after ${slowest} polls; ${sent} transactions sent, ${refusals} uncommitted`,
    );
    expect(refusals).toBe(0);
    expect(await school.listViolations()).toEqual([]);
  }, 3_600_000);
});
