import { Client, Query, type PoolClient } from 'pg';
import { createQuery, runQuery } from './pg-query';

it('a Query of pg has the own property name, which createQuery sets', () => {
  expect(Object.hasOwn(new Query('SELECT 1'), 'name')).toBe(true);
});

it('pg prepares a Query under the name that was set on it', () => {
  const parsed: unknown[] = [];
  const others = Object.fromEntries(
    ['cork', 'uncork', 'bind', 'describe', 'execute', 'sync'].map((name) => [name, () => 0]),
  );
  const stream = { cork: () => 0, uncork: () => 0 };
  const connection = {
    ...others,
    stream,
    parsedStatements: {},
    submittedNamedStatements: {},
    parse: (one: object) => parsed.push(one),
  };
  createQuery('SELECT $1', ['paint'], 'a name').submit(connection as never);
  expect(parsed).toMatchObject([{ name: 'a name', text: 'SELECT $1' }]);
});

it('pg stops waiting for a Query after the query_timeout that was set on it', async () => {
  // This client has no connection, so it gets no response.
  const client = new Client() as unknown as PoolClient;
  await expect(runQuery(client, createQuery('SELECT 1', [], undefined, 5))).rejects.toThrow('Query read timeout');
});
