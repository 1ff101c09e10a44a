import { int } from '../../../src/platform/database/columns';
import { DatabaseUnavailable } from '../../../src/platform/errors/unavailable.errors';
import { testEngine } from '../../support/database-url';
import { School } from '../../support/school';

/** Also limits how long opening a connection may take, so it is not shorter: opening took more than 300 ms on a busy machine. */
const waitMs = 1_000;
const environment = { DATABASE_POOL_SIZE: '2', DATABASE_POOL_WAIT_MS: String(waitMs) };

let school: School;
beforeAll(async () => {
  school = await School.open({ environment });
});
afterAll(() => school.close());

/** Occupies every connection, or the one writer of SQLite. @returns the function that releases them */
async function takeAll(): Promise<() => Promise<void>> {
  let giveBack!: () => void;
  const given = new Promise<void>((resolve) => (giveBack = resolve));
  const holders = testEngine() === 'sqlite' ? 1 : 2;
  const begun: Promise<void>[] = [];
  const holding = Array.from({ length: holders }, () => {
    let taken!: () => void;
    begun.push(new Promise((resolve) => (taken = resolve)));
    return school.database.transaction(async () => {
      await school.database.row({ one: int }, 'SELECT 1 AS one');
      taken();
      await given;
    });
  });
  await Promise.all(begun);
  return async () => {
    giveBack();
    await Promise.all(holding);
  };
}

it('a request that gets no connection in time is refused, and the next one works after a connection is free', async () => {
  const ada = await school.student();
  const giveBack = await takeAll();
  const started = Date.now();
  const answers = await Promise.all(Array.from({ length: 20 }, () => ada.patch('/me', { bio: 'Waits' })));
  const tookMs = Date.now() - started;
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
  expect(answers[0]).toMatchObject({ body: { code: 'DATABASE_UNAVAILABLE' }, headers: { 'retry-after': '2' } });
  expect(tookMs).toBeGreaterThanOrEqual(waitMs - 50);
  expect(tookMs).toBeLessThan(waitMs + 2_000);
  await giveBack();
  expect((await ada.patch('/me', { bio: 'Served' })).status).toBe(200);
});

if (testEngine() === 'postgres')
  it('the server ends a statement that takes too long, and its transaction', async () => {
    const impatient = await School.open({ url: school.url, environment: { DATABASE_STATEMENT_TIMEOUT_MS: '200' } });
    const slow = () => impatient.database.row({ one: int }, 'SELECT 1 AS one FROM pg_sleep(10)');
    await expect(slow()).rejects.toThrow(DatabaseUnavailable);
    await expect(impatient.database.transaction(slow)).rejects.toThrow(DatabaseUnavailable);
    await impatient.database.ping();
    await impatient.close();
  });

if (testEngine() === 'postgres')
  it('prepareForBulkWork removes the timeouts of a transaction', async () => {
    const impatient = await School.open({ url: school.url, environment: { DATABASE_STATEMENT_TIMEOUT_MS: '100' } });
    const { database } = impatient;
    const done = await database.transaction(async () => {
      await database.prepareForBulkWork();
      return database.row({ one: int }, 'SELECT 1 AS one FROM pg_sleep(0.6)');
    });
    expect(done).toEqual({ one: 1 });
    await impatient.close();
  });
