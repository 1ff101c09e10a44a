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
  const tuples = Array.from({ length: 10_000 }, (_, index) => `($${index + 1})`);
  const batchSql = `INSERT INTO t (a) VALUES ${tuples.join(', ')}`;
  expect(normalize(batchSql).length).toBeLessThan(100);
  // A regular expression with quadratic backtracking would exceed the timeout of this test.
  const hostileSql = `SELECT ${'('.repeat(100_000)}`;
  expect(normalize(hostileSql).startsWith('SELECT ((')).toBe(true);
});

it('gives our statement and its entry in pg_stat_statements the same fingerprint', () => {
  const sentSql = "SELECT id FROM platform_job_run WHERE job = $1 AND outcome = 'running' LIMIT 5";
  const serverSql = 'SELECT id FROM platform_job_run WHERE job = $1 AND outcome = $2 LIMIT $3';
  expect(fingerprint(sentSql)).toBe(fingerprint(serverSql));
});

it('recognizes statements that begin or end a transaction', () => {
  for (const sql of ['BEGIN IMMEDIATE', 'COMMIT', 'START TRANSACTION']) expect(isControl(sql)).toBe(true);
  expect(isControl('SELECT 1')).toBe(false);
});
