import { setTimeout as sleep } from 'node:timers/promises';
import { CallScope, inScope } from '../../../src/platform/database/scope/call-scope';
import { bool, int } from '../../../src/platform/database/columns';
import { DatabaseUnavailable, RequestTimedOut } from '../../../src/platform/errors/unavailable.errors';
import { freshDatabaseUrl } from '../../support/database-url';
import { School, type Client } from '../../support/school';
import { TcpProxy } from '../../support/tcp-proxy';

let proxy: TcpProxy;
let school: School;
let ada: Client;
beforeAll(async () => {
  const url = await freshDatabaseUrl();
  proxy = await TcpProxy.inFrontOf(url);
  school = await School.open({ url: proxy.urlThrough(url), environment: { DATABASE_POOL_SIZE: '4' } });
  ada = await school.student();
});
afterAll(async () => {
  proxy?.resume();
  await school?.close();
  await proxy?.stop();
});
afterEach(async () => {
  proxy.delayMs = 0;
  proxy.resume();
  await until('every connection is gone', () => connections() === 0);
});

const within = <T>(limitMs: number, work: () => Promise<T>): Promise<T> =>
  inScope(new CallScope('request', 'GET /a-test').endWithin(limitMs), work);
const connections = (): number => school.database.dialect.diagnostics.connectionUsage().total;
const fillPool = async (): Promise<void> => {
  await Promise.all(
    [1, 2, 3, 4].map(() => school.database.row({ yes: bool }, 'SELECT true AS yes FROM pg_sleep(0.1)')),
  );
  expect(connections()).toBe(4);
};

/** Shorter than the ten seconds after which the pool closes idle connections by itself. */
const closeTimeoutMs = 6_000;

/** Waits with a timeout, so that a test fails with a message instead of hanging. */
async function until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; !(await condition());) {
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await sleep(20);
  }
}

it('readiness fails while the network drops all packets, idle connections are closed, and readiness recovers by itself', async () => {
  await fillPool();
  proxy.pause();
  const { status, body } = await ada.get('//health/ready');
  expect([status, body.code]).toEqual([503, 'DATABASE_UNAVAILABLE']);
  await until('no connection', () => connections() === 0, closeTimeoutMs);
  proxy.resume();
  await until('ready', async () => (await ada.get('//health/ready')).status === 200);
}, 20_000);

it('the connection of a statement is closed at the deadline of its request, and a ping checks the network', async () => {
  await fillPool();
  proxy.pause();
  await expect(within(200, () => school.database.row({ yes: bool }, 'SELECT true AS yes'))).rejects.toThrow(
    DatabaseUnavailable,
  );
  await until('no connection', () => connections() === 0, closeTimeoutMs);
}, 20_000);

it('the other connections stay open when only one statement was slow', async () => {
  await fillPool();
  const slow = within(200, () => school.database.row({ yes: bool }, 'SELECT true AS yes FROM pg_sleep(20)'));
  await expect(slow).rejects.toThrow(DatabaseUnavailable);
  expect((await ada.get('//health/ready')).status).toBe(200);
  await until('only its own connection is gone', () => connections() === 3);
});

it('the server ends a statement whose client has disconnected', async () => {
  const slow = within(200, () => school.database.row({ yes: bool }, 'SELECT true AS yes FROM pg_sleep(20)'));
  await expect(slow).rejects.toThrow(DatabaseUnavailable);
  await until('nobody sleeps', async () => {
    const sleeping = `SELECT count(*) AS count FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND state = 'active'
      AND pid <> pg_backend_pid() AND datname = current_database()`;
    return (await school.database.row({ count: int }, sleeping))!.count === 0;
  });
}, 20_000);

it('a transaction of many slow statements is rolled back at the deadline of its request', async () => {
  proxy.delayMs = 60;
  const work = within(500, () =>
    school.database.transaction(async () => {
      for (let index = 0; index < 40; index++)
        await school.database.run('UPDATE users_user SET bio = $1 WHERE id = $2', [`${index}`, ada.id]);
    }),
  );
  // Either the current statement is given up, or the next one is not sent.
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect([DatabaseUnavailable, RequestTimedOut]).toContain((error as Error).constructor);
  proxy.delayMs = 0;
  expect((await ada.get('/me')).body.bio).toBe('');
}, 20_000);
