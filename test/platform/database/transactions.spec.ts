import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { int, text } from '../../../src/platform/database/columns';
import { Database } from '../../../src/platform/database/database';
import { RetryTransaction } from '../../../src/platform/database/retry-transaction';
import { unguarded } from '../../../src/platform/database/statements/write-guard';
import { testEngine } from '../../support/database-url';
import { School } from '../../support/school';

let school: School;
let database: Database;
beforeAll(async () => {
  // On PostgreSQL a thousand transactions wait for ten connections, so the timeout is long; on SQLite a test needs it to be short.
  const wait = testEngine() === 'sqlite' ? '2000' : '60000';
  school = await School.open({ environment: { DATABASE_POOL_WAIT_MS: wait } });
  database = school.database;
  await unguarded(async () => {
    const runner = database.dialect.dataSource.createQueryRunner();
    await runner.query('CREATE TABLE test_note (id integer PRIMARY KEY, word varchar(20) NOT NULL)');
    await runner.release();
  });
});
afterAll(() => school.close());
beforeEach(() => database.transaction(() => database.run('DELETE FROM test_note')));

const write = (id: number, word = 'kept'): Promise<number> =>
  database.run('INSERT INTO test_note (id, word) VALUES ($1, $2)', [id, word]);
const ids = async (): Promise<number[]> =>
  (await database.rows({ id: int }, 'SELECT id FROM test_note ORDER BY id')).map((row) => row.id);
const failing = (id: number, pause = 0): Promise<void> =>
  database
    .transaction(async () => {
      await write(id, 'lost');
      await sleep(pause);
      throw new Error('changed its mind');
    })
    .catch((error: Error) => expect(error.message).toBe('changed its mind'));

// Each of these failed on SQLite with TypeORM's one shared query runner.
describe('two callers at the same moment', () => {
  it('a rollback of one caller does not undo the commit of another caller', async () => {
    const first = failing(1, 40);
    await sleep(5);
    await database.transaction(() => write(2));
    await first;
    expect(await ids()).toEqual([2]);
  });

  it('a single write during the transaction of another caller is kept when that one rolls back', async () => {
    const first = failing(1, 40);
    await sleep(5);
    const single = database.transaction(() => write(3));
    await Promise.all([first, single]);
    expect(await ids()).toEqual([3]);
  });

  it('a caller does not read uncommitted rows of another caller', async () => {
    const first = failing(1, 40);
    await sleep(10);
    expect(await ids()).toEqual([]);
    await first;
  });

  it('dozens of transactions can begin in the same event loop iteration', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => database.transaction(() => write(index + 1))));
    expect(await ids()).toHaveLength(20);
  });
});

it('keeps exactly the committed rows of a thousand concurrent transactions, of which one in five fails', async () => {
  // The last transaction waits for all others.
  const patient = await School.open({ url: school.url, environment: { DATABASE_POOL_WAIT_MS: '60000' } });
  database = patient.database;
  const work = Array.from({ length: 1_000 }, (_, index) => index + 1).map(async (id) => {
    await sleep(Math.random() * 20);
    await (id % 5 === 0 ? failing(id, Math.random() * 2) : database.transaction(() => write(id)));
  });
  await Promise.all(work);
  expect(await ids()).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1).filter((id) => id % 5 !== 0));
  database = school.database;
  await patient.close();
});

describe('a transaction', () => {
  it('a call of transaction() inside a transaction becomes a part of that transaction', async () => {
    await database
      .transaction(async () => {
        await database.transaction(() => write(1));
        throw new Error('no');
      })
      .catch(() => undefined);
    expect(await ids()).toEqual([]);
  });

  it('a transaction is rolled back after an error in a joined call, even if the error was caught', async () => {
    const caught = database.transaction(async () => {
      await write(1);
      await database
        .transaction(async () => {
          await write(2);
          throw new Error('half-done');
        })
        .catch(() => undefined);
    });
    await expect(caught).rejects.toThrow('half-done');
    expect(await ids()).toEqual([]);
  });

  it('a transaction runs again as a whole after a RetryTransaction error', async () => {
    let attempts = 0;
    await database.transaction(async () => {
      attempts++;
      await write(attempts);
      if (attempts < 3) throw new RetryTransaction(new Error('twin'));
    });
    expect(await ids()).toEqual([3]);
  });

  it('a transaction runs its after-commit effects once, after the commit, and none if it fails', async () => {
    const seen: number[][] = [];
    const effect = async (): Promise<void> => void seen.push(await ids());
    await database.transaction(async () => {
      database.afterCommit(effect);
      await write(1);
    });
    await database
      .transaction(async () => {
        database.afterCommit(effect);
        throw new Error('no');
      })
      .catch(() => undefined);
    expect(seen).toEqual([[1]]);
  });

  it('a transaction stays committed when an after-commit effect fails', async () => {
    await database.transaction(async () => {
      database.afterCommit(() => Promise.reject(new Error('told, not thrown')));
      await write(1);
    });
    expect(await ids()).toEqual([1]);
  });

  it('a call that runs longer than its transaction is no longer part of it', async () => {
    let late: Promise<unknown> = Promise.resolve();
    await database.transaction(async () => {
      await write(1);
      late = sleep(30).then(() => write(2));
      late.catch(() => undefined);
    });
    await expect(late).rejects.toThrow('must run inside database.transaction()');
  });
});

describe('the write guard', () => {
  it('the write guard refuses a write outside a transaction, hand-written or by a repository', async () => {
    await expect(write(1)).rejects.toThrow('must run inside database.transaction()');
    const hidden = 'WITH x AS (SELECT 1) INSERT INTO test_note (id, word) SELECT 1, $1 FROM x';
    await expect(database.run(hidden, ['sly'])).rejects.toThrow('must run inside database.transaction()');
    const source = database.dialect.dataSource;
    await expect(source.query("INSERT INTO test_note (id, word) VALUES (1, 'x')")).rejects.toThrow('must run inside');
    await expect(source.transaction(() => Promise.resolve())).rejects.toThrow('must run inside');
  });

  it('the write guard refuses a statement on another connection than that of its transaction', async () => {
    const escape = database.transaction(async () => {
      await write(1);
      await database.dialect.dataSource.query('SELECT id FROM test_note');
    });
    await expect(escape).rejects.toThrow('left the transaction it was called in');
  });

  it('the write guard allows reads outside a transaction', async () => {
    expect(await database.dialect.dataSource.query('SELECT id FROM test_note')).toEqual([]);
  });
});

it('statements accept texts with quotes, instants and booleans as values, and find the row by them', async () => {
  const instant = new Date('2026-03-29T01:30:00.123Z');
  const row = await database.transaction(() =>
    database.row(
      { id: int, username: text },
      `INSERT INTO users_user (username, email, password, date_joined, created_at, updated_at, is_approved)
       VALUES ($1, $2, '!', $3, $3, $3, $4) RETURNING id, username`,
      ["O'Keeffe", 'o@school.test', instant, true],
    ),
  );
  const user = await database.rows(
    { joined: (value) => value, approved: (value) => value },
    'SELECT date_joined AS joined, is_approved AS approved FROM users_user WHERE id = $1 AND date_joined = $2 AND is_approved',
    [row!.id, instant],
  );
  expect(user).toHaveLength(1);
});

if (testEngine() === 'sqlite')
  it('a wait for the writer that is too long ends with the error DATABASE_UNAVAILABLE', async () => {
    const long = failing(1, 2_600);
    await sleep(5);
    await expect(database.transaction(() => write(2))).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await long;
    await database.transaction(() => write(3));
    expect(await ids()).toEqual([3]);
  });

if (testEngine() === 'sqlite')
  it('both SQLite connections are set to flush each commit to the disk', async () => {
    const asked = jest.spyOn(Sqlite.prototype, 'pragma');
    const other = await School.open();
    expect(asked.mock.calls.filter(([source]) => source === 'synchronous = FULL')).toHaveLength(2);
    asked.mockRestore();
    await other.close();
  });
