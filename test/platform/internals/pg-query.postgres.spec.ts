import { Pool } from 'pg';
import { createQuery, runQuery } from '../../../src/platform/internals/pg-query';

let pool: Pool;
beforeEach(() => {
  pool = new Pool({ connectionString: process.env.TEST_POSTGRES_URL!, max: 1 });
  pool.on('error', () => undefined);
});
afterEach(() => pool.end());

it('the pool of pg takes a Query with a callback, and lends its connection to the next caller', async () => {
  const { rows } = await runQuery(pool, createQuery('SELECT $1::int AS one', [1]));
  expect(rows).toEqual([{ one: 1 }]);
  expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
  await expect(runQuery(pool, createQuery('SELECT none', []))).rejects.toMatchObject({ code: '42703' });
  expect((await runQuery(pool, createQuery('SELECT 2 AS two', []))).rows).toEqual([{ two: 2 }]);
});

it('a Query of pg with a name is a prepared statement of the server under that name', async () => {
  await runQuery(pool, createQuery('SELECT $1::int AS one', [1], 'one'));
  const { rows } = await pool.query('SELECT name FROM pg_prepared_statements');
  expect(rows).toEqual([{ name: 'one' }]);
});

it('the pool of pg closes the connection of a Query that got no answer within its query_timeout', async () => {
  await expect(runQuery(pool, createQuery('SELECT pg_sleep(5)', [], undefined, 50))).rejects.toThrow(
    'Query read timeout',
  );
  expect(pool.totalCount).toBe(0);
});

it('a client of pg with the option `pipeline` sends a Query before it has the result of the one before', async () => {
  const other = new Pool({ connectionString: process.env.TEST_POSTGRES_URL!, max: 1, pipeline: true });
  const client = await other.connect();
  const write = jest.spyOn(
    (client as unknown as { connection: { stream: { write(): boolean } } }).connection.stream,
    'write',
  );
  const results = ['SELECT 1', 'SELECT none', 'SELECT 3'].map((sql) => runQuery(client, createQuery(sql, [])));
  expect(write).toHaveBeenCalledTimes(3);
  const outcomes = await Promise.allSettled(results);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  client.release();
  await other.end();
});
