import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { int } from '../../../src/platform/database/columns';
import { DatabaseUnavailable } from '../../../src/platform/errors/unavailable.errors';
import { type ChildScript, startChildScript } from '../../support/child-script';
import { PrivatePostgres } from '../../support/private-postgres';
import { School, type Client } from '../../support/school';

/** Searches for PgBouncer in the same places as `pooler.mjs`. */
const PATH = `${process.env.PATH}:/usr/sbin`;
const missing =
  spawnSync('pgbouncer', ['--version'], { env: { ...process.env, PATH } }).status === 0
    ? undefined
    : 'there is no pgbouncer: apt-get install pgbouncer';
const behindPooler = missing ? describe.skip : describe;

behindPooler(missing ? `behind PgBouncer (skipped: ${missing})` : 'behind PgBouncer', () => {
  let server: PrivatePostgres;
  let pooler: ChildScript;
  let school: School;
  let ada: Client;
  beforeAll(async () => {
    server = await PrivatePostgres.start();
    pooler = await startChildScript('pooler.mjs', ['--to', server.url, '--wait', '1']);
    const limits = { DATABASE_POOL_WAIT_MS: '1000', DATABASE_STATEMENT_TIMEOUT_MS: '2000' };
    const environment = { DATABASE_DIRECT_URL: server.url, DATABASE_PREPARED_STATEMENTS: 'off', ...limits };
    school = await School.open({ url: pooler.firstLine, environment });
    ada = await school.student();
  }, 120_000);
  afterAll(async () => {
    await school?.close();
    await pooler?.end();
    await server?.end();
  });

  it('requests through the pooler get a 503 while the server is down, and work again when it is up', async () => {
    await server.stop();
    for (const path of ['//health/ready', '/courses', '/me']) {
      const started = Date.now();
      const { status, headers, body } = await ada.get(path);
      expect([path, status, body.code]).toEqual([path, 503, 'DATABASE_UNAVAILABLE']);
      expect(headers['retry-after']).toBe('2');
      expect(Date.now() - started).toBeLessThan(5_000);
    }
    expect((await ada.patch('/me', { bio: 'Not now' })).status).toBe(503);
    await server.restart();
    for (const deadline = Date.now() + 20_000; (await ada.get('//health/ready')).status !== 200;) {
      expect(Date.now()).toBeLessThan(deadline);
      await sleep(50);
    }
    expect((await ada.patch('/me', { bio: 'Back' })).body.bio).toBe('Back');
  });

  it('the server ends a statement that takes too long, although the pooler keeps no session settings', async () => {
    const slow = () => school.database.row({ one: int }, 'SELECT 1 AS one FROM pg_sleep(30)');
    await expect(school.database.transaction(slow)).rejects.toThrow(DatabaseUnavailable);
    const running = await server.run(
      "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(30)'",
    );
    expect(running).toEqual([]);
  });
});
