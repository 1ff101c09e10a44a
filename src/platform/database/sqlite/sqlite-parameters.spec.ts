import Sqlite from 'better-sqlite3';
import { tuplesSql } from '../insert-rows';
import { StatementCache, run } from './sqlite-connections';
import { parametersOf } from './sqlite-parameters';

it('parametersOf replaces ascending parameter numbers by question marks that are bound by position', () => {
  expect(parametersOf('SELECT a FROM t WHERE b = $1 AND c IN ($2, $3)')).toEqual({
    text: 'SELECT a FROM t WHERE b = ? AND c IN (?, ?)',
    bound: 3,
  });
});

it('parametersOf replaces all parameter numbers in a batch of thirty thousand values', () => {
  const { text, bound } = parametersOf(`INSERT INTO t (a, b, c) VALUES ${tuplesSql(10_000, 3)}`);
  expect(bound).toBe(30_000);
  expect(text).not.toContain('$');
});

it.each([
  ['repeat', 'SELECT $1, $2, $1'],
  ['have a gap', 'SELECT $1, $3'],
  ['begin at two', 'SELECT $2'],
  ['descend', 'SELECT $2, $1'],
])('parametersOf keeps parameter numbers that %s, and they are bound by number', (_, sql) => {
  expect(parametersOf(sql)).toEqual({ text: sql, bound: 'by number' });
});

it('parametersOf does not change literals, quoted names and comments that contain text like a parameter', () => {
  const sql = `SELECT '$1', 'it''s $2', "$3", \`$4\`, [$5], a$6, $7x, $01, $0 -- $8
    /* $9 */ FROM t WHERE a = `;
  expect(parametersOf(`${sql}$1`)).toEqual({ text: `${sql}?`, bound: 1 });
});

it('SQLite returns the expected rows for parameters bound by position and for parameters bound by number', () => {
  const cache = new StatementCache(new Sqlite(':memory:'));
  const rowsOf = (sql: string, values: unknown[]) => run(cache.prepareStatement(sql), values as never).rows;
  expect(rowsOf(`SELECT $1 AS a, '$1' AS b, $2 AS c -- $9`, [7, true, 'unused'])).toEqual([{ a: 7, b: '$1', c: 1 }]);
  expect(rowsOf('SELECT $2 AS a, $1 AS b, $2 AS c', [7, { x: 1 }])).toEqual([{ a: '{"x":1}', b: 7, c: '{"x":1}' }]);
  expect(rowsOf('SELECT 1 AS a', ['unused'])).toEqual([{ a: 1 }]);
  cache.connection.close();
});
