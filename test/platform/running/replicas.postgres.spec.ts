import { setTimeout as sleep } from 'node:timers/promises';
import { int } from '../../../src/platform/database/columns';
import { CallScope, inScope } from '../../../src/platform/database/scope/call-scope';
import type { Observer } from '../../../src/platform/database/statements/statement-observers';
import { PrivatePostgres } from '../../support/private-postgres';
import { School, type Client } from '../../support/school';

let primary: PrivatePostgres;
let replica: PrivatePostgres;
let school: School;
let admin: Client;
beforeAll(async () => {
  primary = await PrivatePostgres.start();
  replica = await primary.startReplica();
  const environment = { DATABASE_REPLICA_URLS: replica.url, DATABASE_POOL_WAIT_MS: '2000' };
  school = await School.open({ url: primary.url, environment });
  admin = await school.admin();
}, 120_000);
afterAll(async () => {
  await school?.close();
  await replica?.end();
  await primary?.end();
});

/** Shows where a statement ran. Only a replica is in recovery. */
const isOnReplica = async (): Promise<boolean> =>
  (await school.database.row({ there: int }, 'SELECT CAST(pg_is_in_recovery() AS int) AS there'))!.there === 1;
const asOneRequest = <T>(work: () => T): T => inScope(new CallScope('request', 'GET /test'), work);
const lagging = (): Promise<boolean> => asOneRequest(() => school.database.readFromReplica(isOnReplica));

async function until(condition: () => Promise<boolean>, withinMs = 15_000): Promise<void> {
  for (const deadline = Date.now() + withinMs; !(await condition());) {
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms`);
    await sleep(50);
  }
}

const people = async (): Promise<number> => (await admin.get('/users?limit=100')).body.data.length;

it('readFromReplica reads on the replica, and all other statements run on the primary', async () => {
  await until(lagging);
  expect(await asOneRequest(isOnReplica)).toBe(false);
});

it('observers are called for statements on a replica, but not for its lag checks', async () => {
  await until(lagging);
  const told: unknown[] = [];
  const observer: Observer = (sql, durationMs, rows, error) => told.push([sql, durationMs > 0, rows, error]);
  school.database.dialect.observers.add(observer);
  // This is longer than the interval of the lag checks.
  await sleep(2_100);
  expect(await lagging()).toBe(true);
  school.database.dialect.observers.remove(observer);
  expect(told).toEqual([[expect.stringContaining('pg_is_in_recovery() AS int'), true, 1, undefined]]);
});

it('the replica is not used inside a transaction, after a commit of the same request, or outside a request', async () => {
  const { database } = school;
  expect(await asOneRequest(() => database.readFromReplica(() => database.transaction(isOnReplica)))).toBe(false);
  const afterWrite = asOneRequest(async () => {
    await database.transaction(() => database.run('UPDATE users_user SET bio = bio WHERE id = $1', [admin.id]));
    return database.readFromReplica(isOnReplica);
  });
  expect(await afterWrite).toBe(false);
  expect(await database.readFromReplica(isOnReplica)).toBe(false);
});

it('lists are read from the replica, so changes that it has not replayed are missing in them', async () => {
  await until(async () => (await people()) > 0);
  const before = await people();
  await replica.run('SELECT pg_wal_replay_pause()');
  const newcomer = await school.student();
  expect(await people()).toBe(before);
  expect((await newcomer.get('/me')).status).toBe(200);
  await replica.run('SELECT pg_wal_replay_resume()');
  await until(async () => (await people()) === before + 1);
});

it('a replica that is too far behind is not used until it has caught up', async () => {
  const url = primary.url;
  const environment = { DATABASE_REPLICA_URLS: replica.url, DATABASE_REPLICA_MAX_LAG_MS: '300' };
  const strict = await School.open({ url, environment });
  const reader = async (): Promise<boolean> =>
    asOneRequest(() =>
      strict.database.readFromReplica(
        async () =>
          (await strict.database.row({ there: int }, 'SELECT CAST(pg_is_in_recovery() AS int) AS there'))!.there === 1,
      ),
    );
  await until(reader);
  await replica.run('SELECT pg_wal_replay_pause()');
  await strict.student();
  await until(async () => !(await reader()));
  await sleep(500);
  expect(await reader()).toBe(false);
  await replica.run('SELECT pg_wal_replay_resume()');
  await until(reader);
  await strict.close();
});

it('the primary executes reads while the replica is down, and the replica is used again afterwards', async () => {
  await until(lagging);
  await replica.stop();
  for (let index = 0; index < 5; index++) expect((await admin.get('/courses')).status).toBe(200);
  expect(await lagging()).toBe(false);
  await replica.restart();
  await until(lagging);
});
