import { setTimeout as sleep } from 'node:timers/promises';
import { CallScope, inScope } from '../../../src/platform/database/call-scope';
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
  proxy = await TcpProxy.before(url);
  school = await School.open({ url: proxy.through(url), environment: { DATABASE_POOL_SIZE: '4' } });
  ada = await school.student();
});
afterAll(async () => {
  proxy?.speakAgain();
  await school?.close();
  await proxy?.stop();
});
afterEach(async () => {
  proxy.delayMs = 0;
  proxy.speakAgain();
  await until('every connection is gone', () => connections() === 0);
});

const within = <T>(limitMs: number, work: () => Promise<T>): Promise<T> =>
  inScope(new CallScope('request', 'GET /a-test').endWithin(limitMs), work);
const connections = (): number => school.database.dialect.vitals.pressure().total;
const fillPool = async (): Promise<void> => {
  await Promise.all(
    [1, 2, 3, 4].map(() => school.database.row({ yes: bool }, 'SELECT true AS yes FROM pg_sleep(0.1)')),
  );
  expect(connections()).toBe(4);
};

/** Sooner than the pool lets go by itself of what lies idle, which is after ten seconds. */
const forgottenMs = 6_000;

/** Bounded: a test that waits for what does not come says so. */
async function until(what: string, condition: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> {
  for (const deadline = Date.now() + limitMs; !(await condition());) {
    if (Date.now() > deadline) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await sleep(20);
  }
}

it('is not ready while the network is silent, forgets the connections that lay idle, and is ready again by itself', async () => {
  await fillPool();
  proxy.fallSilent();
  const { status, body } = await ada.get('//health/ready');
  expect([status, body.code]).toEqual([503, 'DATABASE_UNAVAILABLE']);
  await until('no connection', () => connections() === 0, forgottenMs);
  proxy.speakAgain();
  await until('ready', async () => (await ada.get('//health/ready')).status === 200);
}, 20_000);

it('gives a statement up at the deadline of its request, and asks whether the way is broken', async () => {
  await fillPool();
  proxy.fallSilent();
  await expect(within(200, () => school.database.row({ yes: bool }, 'SELECT true AS yes'))).rejects.toThrow(
    DatabaseUnavailable,
  );
  await until('no connection', () => connections() === 0, forgottenMs);
}, 20_000);

it('keeps its other connections when one statement was merely slow', async () => {
  await fillPool();
  const slow = within(200, () => school.database.row({ yes: bool }, 'SELECT true AS yes FROM pg_sleep(20)'));
  await expect(slow).rejects.toThrow(DatabaseUnavailable);
  expect((await ada.get('//health/ready')).status).toBe(200);
  await until('only its own connection is gone', () => connections() === 3);
});

it('ends on the server too what its caller has given up', async () => {
  const slow = within(200, () => school.database.row({ yes: bool }, 'SELECT true AS yes FROM pg_sleep(20)'));
  await expect(slow).rejects.toThrow(DatabaseUnavailable);
  await until('nobody sleeps', async () => {
    const sleeping = `SELECT count(*) AS count FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND state = 'active'
      AND pid <> pg_backend_pid() AND datname = current_database()`;
    return (await school.database.row({ count: int }, sleeping))!.count === 0;
  });
}, 20_000);

it('gives a transaction of many slow round trips up at the deadline of its request, and keeps nothing of it', async () => {
  proxy.delayMs = 60;
  const work = within(500, () =>
    school.database.transaction(async () => {
      for (let at = 0; at < 40; at++)
        await school.database.run('UPDATE users_user SET bio = $1 WHERE id = $2', [`${at}`, ada.id]);
    }),
  );
  // Either the statement under way is given up, or the next is not sent.
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect([DatabaseUnavailable, RequestTimedOut]).toContain((error as Error).constructor);
  proxy.delayMs = 0;
  expect((await ada.get('/me')).body.bio).toBe('');
}, 20_000);
