import { fingerprint, isControl, normalize } from './statement-text';

it.each([
  ["SELECT id FROM t\n  WHERE name = 'O''Hara' AND n > 12", 'SELECT id FROM t WHERE name = ? AND n > ?'],
  ['SELECT 1 FROM t WHERE id IN ($1, $2, $3)', 'SELECT ? FROM t WHERE id IN ($1, …)'],
  ['INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)', 'INSERT INTO t (a, b) VALUES ($1, …), …'],
  ['SELECT t1.x2 FROM t1 WHERE y = 0.5', 'SELECT t1.x2 FROM t1 WHERE y = ?'],
  ["SELECT 'never closed", 'SELECT ?'],
])('normalizes %s', (sql, text) => {
  expect(normalize(sql)).toBe(text);
});

it('normalizes a long batch to a short text, and does not backtrack on deeply nested parentheses', () => {
  const batch = `INSERT INTO t (a) VALUES ${Array.from({ length: 10_000 }, (_, at) => `($${at + 1})`).join(', ')}`;
  expect(normalize(batch).length).toBeLessThan(100);
  // A regular expression with quadratic backtracking would exceed the timeout of this test.
  const hostile = `SELECT ${'('.repeat(100_000)}`;
  expect(normalize(hostile).startsWith('SELECT ((')).toBe(true);
});

it('gives our statement and its entry in pg_stat_statements the same fingerprint', () => {
  const ours = "SELECT id FROM platform_job_run WHERE job = $1 AND outcome = 'running' LIMIT 5";
  const theirs = 'SELECT id FROM platform_job_run WHERE job = $1 AND outcome = $2 LIMIT $3';
  expect(fingerprint(ours)).toBe(fingerprint(theirs));
});

it('recognizes statements that begin or end a transaction', () => {
  expect(['BEGIN IMMEDIATE', 'COMMIT', 'START TRANSACTION', 'SELECT 1'].map(isControl)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
