import { int } from '../../../src/platform/database/columns';
import { Database } from '../../../src/platform/database/database';
import type { PostgresDriver } from '../../../src/platform/internals/typeorm-drivers';
import { poolOf } from '../../../src/platform/internals/typeorm-pool';
import { RetryTransaction } from '../../../src/platform/database/retry-transaction';
import { unguarded } from '../../../src/platform/database/statements/write-guard';
import { testEngine } from '../../support/database-url';
import { School } from '../../support/school';

const isPostgres = testEngine() === 'postgres';

let school: School;
let database: Database;
beforeAll(async () => {
  school = await School.open();
  database = school.database;
  await unguarded(async () => {
    const runner = database.dialect.dataSource.createQueryRunner();
    await runner.query('CREATE TABLE test_number (id integer PRIMARY KEY)');
    await runner.release();
  });
});
afterAll(() => school.close());
beforeEach(() => database.transaction(() => database.run('DELETE FROM test_number')));

const insertSql = 'INSERT INTO test_number (id) VALUES ($1) RETURNING id';
const enqueue = (id: number, toError?: (error: unknown) => unknown) =>
  database.enqueue({ id: int }, insertSql, [id], toError);
const idsSql = 'SELECT id FROM test_number ORDER BY id';
const ids = async (): Promise<number[]> => (await database.rows({ id: int }, idsSql)).map(({ id }) => id);

test('a statement that is enqueued is sent before the next one, whose rows contain its effect', async () => {
  await database.transaction(async () => {
    const getRows = enqueue(1);
    expect(getRows).toThrow('has no result yet');
    expect(await ids()).toEqual([1]);
    expect(getRows()).toEqual([{ id: 1 }]);
  });
});

test('a statement that is enqueued last is sent with the COMMIT', async () => {
  const getRows = await database.transaction(async () => enqueue(1));
  expect(getRows()).toEqual([{ id: 1 }]);
  expect(await ids()).toEqual([1]);
});

test('a transaction that is a part of another one sends its statements before it returns', async () => {
  await database.transaction(async () => {
    const getRows = await database.transaction(async () => enqueue(1));
    expect(getRows()).toEqual([{ id: 1 }]);
  });
});

test('flush sends the statements at once', async () => {
  await database.transaction(async () => {
    const getRows = enqueue(1);
    await database.flush();
    expect(getRows()).toEqual([{ id: 1 }]);
  });
});

test('statements of TypeORM and bulk inserts come after the statements that were enqueued before', async () => {
  await database.transaction(async () => {
    enqueue(1);
    expect(await database.unit().runner.query(idsSql)).toEqual([{ id: 1 }]);
    enqueue(2);
    await database.insertMany('test_number', [{ name: 'id', kind: 'int' }], [[3]]);
    expect(await ids()).toEqual([1, 2, 3]);
  });
});

test('flush waits for a statement that a concurrent call sends', async () => {
  await database.transaction(async () => {
    const getRows = enqueue(1);
    const [, found] = await Promise.all([
      ids(),
      database.flush().then(() => getRows()),
      ...[2, 3].map((id) => database.run(insertSql, [id])),
    ]);
    expect(found).toEqual([{ id: 1 }]);
  });
  expect(await ids()).toEqual([1, 2, 3]);
});

test('a transaction waits once for each result that it reads, and once for the COMMIT', async () => {
  const { statements, roundTripCount } = await school.statements(() =>
    database.transaction(async () => {
      database.enqueue({ id: int }, idsSql, []);
      await ids();
      enqueue(3);
      enqueue(4);
    }),
  );
  const [begin, ...rest] = statements;
  expect(begin).toMatch(/BEGIN|START/);
  expect(rest).toEqual([idsSql, idsSql, insertSql, insertSql, 'COMMIT']);
  expect(roundTripCount).toBe(isPostgres ? 2 : 0);
});

test('a write that comes first waits for its BEGIN, because without it the server would commit the write alone', async () => {
  const { roundTripCount } = await school.statements(() => database.transaction(async () => void enqueue(1)));
  expect(roundTripCount).toBe(isPostgres ? 2 : 0);
});

test('nothing is written if a value of one of the statements cannot be converted', async () => {
  const cycle: { self?: object } = {};
  cycle.self = cycle;
  const work = database.transaction(async () => {
    await ids();
    enqueue(1);
    database.enqueue({}, insertSql, [cycle]);
    enqueue(2);
  });
  await expect(work).rejects.toThrow('circular');
  expect(await ids()).toEqual([]);
});

test('a statement that could not be sent prevents the commit, even if the caller catches the error', async () => {
  const cycle: { self?: object } = {};
  cycle.self = cycle;
  const work = database.transaction(async () => {
    enqueue(1);
    await database.flush();
    enqueue(2);
    database.enqueue({}, insertSql, [cycle]);
    await database.flush().catch(() => undefined);
  });
  await expect(work).rejects.toThrow('circular');
  expect(await ids()).toEqual([]);
});

test('a transaction without statements sends nothing to a server', async () => {
  const { statements, result } = await school.statements(() => database.transaction(async () => 'done'));
  expect(result).toBe('done');
  if (isPostgres) expect(statements).toEqual([]);
});

describe('when a statement that was enqueued fails', () => {
  beforeEach(() => database.transaction(() => database.run(insertSql, [1])));
  const refused = () => new Error('There is one already');

  test('the commit throws its converted error, and nothing is written', async () => {
    const work = database.transaction(async () => {
      enqueue(2);
      enqueue(1, refused);
      enqueue(3);
    });
    await expect(work).rejects.toThrow('There is one already');
    expect(await ids()).toEqual([1]);
  });

  test('the next statement throws its error', async () => {
    const work = database.transaction(async () => {
      enqueue(1, refused);
      await ids();
    });
    await expect(work).rejects.toThrow('There is one already');
  });

  test('nothing is committed, even if the caller catches the error and writes something else', async () => {
    const work = database.transaction(async () => {
      enqueue(1, refused);
      await ids().catch(() => undefined);
      if (!isPostgres) await database.run(insertSql, [2]);
    });
    await expect(work).rejects.toThrow('There is one already');
    expect(await ids()).toEqual([1]);
  });

  test('the transaction runs again if the error is a RetryTransaction', async () => {
    let attempts = 0;
    await database.transaction(async () => {
      attempts++;
      enqueue(attempts === 1 ? 1 : 2, (error) => new RetryTransaction(error));
    });
    expect(attempts).toBe(2);
    expect(await ids()).toEqual([1, 2]);
  });

  test('the connection is used by the next transaction', async () => {
    await expect(database.transaction(async () => void enqueue(1))).rejects.toThrow(/unique|UNIQUE/);
    await database.transaction(async () => void enqueue(2));
    expect(await ids()).toEqual([1, 2]);
  });
});

test('a commit of a transaction whose failed statement was ignored is reported as the engine does it', async () => {
  await database.transaction(() => database.run(insertSql, [1]));
  const work = database.transaction(async () => {
    await database.run(insertSql, [2]);
    await database.run(insertSql, [1]).catch(() => undefined);
  });
  // PostgreSQL rolls the transaction back. On SQLite only the statement has no effect.
  if (isPostgres) await expect(work).rejects.toThrow(/unique/);
  else await work;
  expect(await ids()).toEqual(isPostgres ? [1] : [1, 2]);
});

if (isPostgres)
  test('a COMMIT that the server answers with ROLLBACK is an error', async () => {
    const work = database.transaction(async () => {
      await database.run(insertSql, [3]);
      // The runner of TypeORM does not know of the queue, so only the answer of the server tells that nothing is committed.
      await database
        .unit()
        .runner.query('SELECT none')
        .catch(() => undefined);
    });
    await expect(work).rejects.toThrow('The transaction was rolled back');
    expect(await ids()).toEqual([]);
  });

if (isPostgres)
  test('the connections of the pool send a statement before the results of the ones before have come', () => {
    const { options } = poolOf(database.dialect.dataSource.driver as PostgresDriver);
    expect(options).toMatchObject({ pipeline: true });
  });
