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

/** On PostgreSQL the server copies the database, because tools of the right version are not always installed. */
const byCommand = testEngine() === 'sqlite';

describeOnChain('the restore command and the chain', () => {
  let chain: LocalChain;
  let school: SchoolOnChain;
  let ann: Holder;
  let admin: { id: number; token: string | null };
  let folder: string;
  let server: Server | undefined;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'backup-'));
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
    school = await SchoolOnChain.open(chain);
    await school.poll();
    [admin, ann] = [await school.app.admin(), await school.createHolder(900)];
  }, 120_000);
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    await chain.stop();
    rmSync(folder, { recursive: true });
  });

  /** Takes a backup. The returned function restores it and returns the database URL and the printed text. */
  async function backup(): Promise<() => Promise<{ url: string; output: string }>> {
    const { url } = school.app;
    const file = path.join(folder, 'backup.sqlite3');
    if (byCommand) {
      await cli(url, ['backup', '-o', file]);
      return async () => {
        await school.close();
        return { url, output: await cli(url, ['restore', file, '--replace']) };
      };
    }
    await school.close();
    const copy = await copyOfDatabase(url);
    school = await SchoolOnChain.open(chain, { url });
    return async () => {
      await school.close();
      return { url: copy, output: '' };
    };
  }

  const status = async (by: Caller): Promise<any> => done(by.get('/coins/chain/status'));

  async function waitForPoll(by: Caller): Promise<void> {
    const started = new Date().toISOString();
    for (let left = 300; left > 0; left--) {
      const { cursor } = await status(by);
      if (cursor.observedAt > started) return;
      await sleep(100);
    }
    throw new Error('The chain was not polled within 30 seconds');
  }

  test('after a restore a paid withdrawal is never refunded, and the audit reports the payment until it is settled', async () => {
    const id = await school.withdraw(ann, 250);
    const restore = await backup();
    await school.poll();
    await school.mine(confirmations + 1);
    const { nonce } = (await chain.provider.getTransaction((await school.listPaymentHashes(ann))[0]!))!;
    const { url, output } = await restore();
    if (byCommand) expect(output).toContain('Payments are halted');

    const environment = { ...chainEnvironment(chain), WORKER: 'on' } as Record<string, string>;
    server = await Server.start(url, environment);
    const person = server.caller(() => ann.client.token);
    const treasurer = server.caller(() => admin.token);
    expect((await person.delete(`/coins/withdrawals/${id}`)).body).toMatchObject({ status: 'cancelling' });
    const halt = `/coins/hot-wallets/${chain.treasury}/halt`;
    if (byCommand) expect((await treasurer.delete(halt, { reason: 'at once' })).status).toBe(409);
    await waitForPoll(treasurer);
    await waitForPoll(treasurer);
    expect(await done(person.get(`/coins/withdrawals/${id}`))).toMatchObject({
      status: 'cancelling',
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
    await waitForPoll(treasurer);
    expect(await done(person.get(`/coins/withdrawals/${id}`))).toMatchObject({ status: 'confirmed' });
    expect([(await done(person.get('/me/coins'))).balance, (await status(treasurer)).hotWallets[0].haltedAt]).toEqual([
      650,
      null,
    ]);
    expect(await cli(url, ['job', 'rewards:audit'])).toMatch(/"violations":0,/);
    expect(await school.walletCoins(ann)).toBe(250);
  }, 240_000);
});
