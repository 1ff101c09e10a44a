import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { done } from '../journeys/cast';
import { LocalChain } from '../support/chain';
import { copyOfDatabase, testEngine } from '../support/database-url';
import { describeOnChain } from '../support/on-chain';
import { cli, Server, type Caller } from '../support/server';
import { chainEnvironment, confirmations, SchoolOnChain, type Holder } from './school-on-chain';

/** On PostgreSQL the copy is the server's own: its tools of the right version are not everywhere. */
const byCommand = testEngine() === 'sqlite';

describeOnChain('a server on a database that is older than the chain', () => {
  let chain: LocalChain;
  let on: SchoolOnChain;
  let ann: Holder;
  let admin: { id: number; token: string | null };
  let folder: string;
  let server: Server | undefined;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'backup-'));
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
    on = await SchoolOnChain.open(chain);
    await on.tick();
    [admin, ann] = [await on.school.admin(), await on.holder(900)];
  }, 120_000);
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    await chain.stop();
    rmSync(folder, { recursive: true });
  });

  /** Takes a backup, lets `meanwhile` happen, and goes back to it: gives the address of the database and what was printed. */
  async function backup(): Promise<() => Promise<{ url: string; told: string }>> {
    const { url } = on.school;
    const file = path.join(folder, 'backup.sqlite3');
    if (byCommand) {
      await cli(url, ['backup', '-o', file]);
      return async () => {
        await on.close();
        return { url, told: await cli(url, ['restore', file, '--replace']) };
      };
    }
    await on.close();
    const copy = await copyOfDatabase(url);
    on = await SchoolOnChain.open(chain, { url });
    return async () => {
      await on.close();
      return { url: copy, told: '' };
    };
  }

  const status = async (by: Caller): Promise<any> => done(by.get('/coins/chain/status'));

  async function hasLooked(by: Caller): Promise<void> {
    const started = new Date().toISOString();
    for (let left = 300; left > 0; left--) {
      const { cursor } = await status(by);
      if (cursor.observedAt > started) return;
      await sleep(100);
    }
    throw new Error('Nobody has looked at the chain');
  }

  test('gives nothing back that was paid, whatever is asked of it right after the start; the audit says so until it is settled', async () => {
    const id = await on.withdraws(ann, 250);
    const restore = await backup();
    await on.tick();
    await on.mine(confirmations + 1);
    const { nonce } = (await chain.provider.getTransaction((await on.paymentsTo(ann))[0]!))!;
    const { url, told } = await restore();
    if (byCommand) expect(told).toContain('Payments are halted');

    const environment = { ...chainEnvironment(chain), WORKER: 'on' } as Record<string, string>;
    server = await Server.start(url, environment);
    const person = server.caller(() => ann.ask.token);
    const treasurer = server.caller(() => admin.token);
    expect((await person.delete(`/coins/withdrawals/${id}`)).body).toMatchObject({ state: 'cancelling' });
    const halt = `/coins/hot-wallets/${chain.treasury}/halt`;
    if (byCommand) expect((await treasurer.delete(halt, { reason: 'at once' })).status).toBe(409);
    await hasLooked(treasurer);
    await hasLooked(treasurer);
    expect(await done(person.get(`/coins/withdrawals/${id}`))).toMatchObject({
      state: 'cancelling',
      waitingFor: 'halt',
    });
    expect((await done(person.get('/me/coins'))).balance).toBe(650);
    expect(await cli(url, ['job', 'rewards:audit'])).toMatch(/"violations":2,/);

    const [{ headNonce }] = (await status(treasurer)).hotWallets;
    const resume = () => treasurer.delete(halt, { reason: 'restored', nextNonce: headNonce });
    expect((await resume()).body).toMatchObject({ code: 'PAYMENTS_UNEXPLAINED', withdrawalIds: [id] });
    const [{ txHash }] = (await done(treasurer.get('/coins/chain/payouts'))).data;
    const settle = { action: 'settle', reason: 'paid before', txHash, nonce };
    await done(treasurer.post(`/coins/withdrawals/${id}/decisions`, settle));
    await done(resume());
    await hasLooked(treasurer);
    expect(await done(person.get(`/coins/withdrawals/${id}`))).toMatchObject({ state: 'confirmed' });
    expect([(await done(person.get('/me/coins'))).balance, (await status(treasurer)).hotWallets[0].haltedAt]).toEqual([
      650,
      null,
    ]);
    expect(await cli(url, ['job', 'rewards:audit'])).toMatch(/"violations":0,/);
    expect(await on.onChain(ann)).toBe(250);
  }, 240_000);
});
