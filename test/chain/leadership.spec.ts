import { setTimeout as sleep } from 'node:timers/promises';
import { Jobs } from '../../src/platform/jobs/jobs';
import { instant, int, text } from '../../src/platform/database/columns';
import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { timeOutBeforeForwarding } from '../support/rpc-faults';
import { RpcProxy } from '../support/rpc-proxy';
import { Server } from '../support/server';
import { chainEnvironment, SchoolOnChain } from './school-on-chain';

const leaseMs = 15_000;

describeOnChain('the leader among several processes', () => {
  let chain: LocalChain;
  let proxy: RpcProxy;
  let school: SchoolOnChain;
  let second: SchoolOnChain;
  beforeEach(async () => {
    chain = await LocalChain.start({ automine: false });
    await chain.mine(10);
    proxy = await RpcProxy.start(chain.rpcUrl);
    school = await SchoolOnChain.open(chain, { rpcUrls: [proxy.url] });
    second = await SchoolOnChain.open(chain, { url: school.app.url });
    await school.poll();
  }, 60_000);
  afterEach(async () => {
    await Promise.all([school.close(), second.close()]);
    await proxy.stop();
    await chain.stop();
  });

  const lease = async () =>
    (await school.app.database.row(
      { holder: text, token: int, expiresAt: instant },
      `SELECT holder, token, expires_at AS "expiresAt" FROM platform_lease WHERE name = 'job:rewards:poll-chain'`,
    ))!;
  const delayNextRequest = (): Promise<void> =>
    new Promise((resolve) => {
      proxy.intercept = (_call, forward) => {
        resolve();
        proxy.intercept = (_call, pass) => pass();
        return sleep(1_000).then(() => forward());
      };
    });

  test('while one process polls the chain, no other process does', async () => {
    const isPolling = delayNextRequest();
    const first = school.poll();
    await isPolling;
    expect(await second.app.part(Jobs).run('rewards:poll-chain')).toBeNull();
    await first;
    expect(await second.app.part(Jobs).run('rewards:poll-chain')).not.toBeNull();
  });

  test('a stale leader cannot write what it has read', async () => {
    const ann = await school.createHolder(100);
    const id = await school.withdraw(ann, 40);
    await school.poll();
    await chain.mine();
    const isPolling = delayNextRequest();
    const late = school.poll();
    await isPolling;
    // The process was suspended until its lease expired.
    await school.app.database.transaction(() =>
      school.app.database.run("UPDATE platform_lease SET expires_at = $1 WHERE name = 'job:rewards:poll-chain'", [
        new Date(0),
      ]),
    );
    await second.poll();
    const settled = await second.getWithdrawal(ann, id);
    await expect(late).rejects.toThrow('no longer held');
    expect(await school.getWithdrawal(ann, id)).toEqual(settled);
    expect(settled).toMatchObject({ status: 'mined' });
    expect(await school.listViolations()).toEqual([]);
  });

  test('when the leader is killed during a poll, another process continues within two lease periods', async () => {
    const silent = await RpcProxy.start(chain.rpcUrl);
    silent.intercept = timeOutBeforeForwarding;
    const environment = { ...chainEnvironment(chain), WORKER: 'on', CHAIN_RPC_TIMEOUT_MS: '60000' };
    const strings = environment as Record<string, string>;
    const leader = await Server.start(school.app.url, { ...strings, CHAIN_RPC_URL: silent.url });
    while (silent.counts.requests === 0) await sleep(50);
    const before = await lease();
    const follower = await Server.start(school.app.url, strings);
    await leader.kill();
    const killedAt = Date.now();
    let now = await lease();
    while (now.token === before.token && Date.now() - killedAt < 3 * leaseMs) {
      await sleep(100);
      now = await lease();
    }
    const waitedMs = Date.now() - killedAt;
    console.log(`Another process follows the chain ${(waitedMs / 1_000).toFixed(1)} s after its leader was killed`);
    expect(now.holder).not.toBe(before.holder);
    expect(waitedMs).toBeLessThanOrEqual(2 * leaseMs);
    await follower.stop();
    await silent.stop();
  }, 240_000);
});
