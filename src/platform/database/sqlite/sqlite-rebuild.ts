import type { QueryRunner } from 'typeorm';

interface Part {
  type: string;
  sql: string;
}

/**
 * Adds, replaces or drops a constraint. SQLite cannot do that to an existing table, so a new table gets its rows and its name.
 * The indexes and triggers are created again with the same SQL, because without its triggers the ledger could be changed.
 * Nothing happens if the table already has the wanted constraint.
 */
export async function rebuildWithConstraint(
  runner: QueryRunner,
  table: string,
  constraint: string,
  definition: string | null,
): Promise<void> {
  const parts: Part[] = await runner.query(
    "SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL AND type IN ('table', 'index', 'trigger')",
    [table],
  );
  const oldSql = parts.find(({ type }) => type === 'table')?.sql;
  if (!oldSql) throw new Error(`There is no table ${table}`);
  const sqlWithout = removeConstraint(oldSql, constraint);
  const newSql = definition ? sqlWithout.replace(/\)\s*$/, `, CONSTRAINT "${constraint}" ${definition})`) : sqlWithout;
  if (newSql === oldSql) return;
  await rebuild(runner, table, newSql, parts);
}

async function rebuild(runner: QueryRunner, table: string, newSql: string, parts: readonly Part[]): Promise<void> {
  const ownsTransaction = !runner.isTransactionActive;
  // With foreign keys on, dropping the old table would delete the rows that refer to it. The PRAGMA has no effect in a transaction.
  if (ownsTransaction) await runner.query('PRAGMA foreign_keys = OFF');
  else if (await hasForeignKeysOn(runner))
    throw new Error(`The migration that rebuilds ${table} must set transaction = false`);
  try {
    if (ownsTransaction) await runner.startTransaction();
    await runner.query(newSql.replace(/^CREATE TABLE\s+("[^"]+"|\S+)/i, `CREATE TABLE "rebuilt_${table}"`));
    await runner.query(`INSERT INTO "rebuilt_${table}" SELECT * FROM "${table}"`);
    await keepIds(runner, table);
    await runner.query(`DROP TABLE "${table}"`);
    // With this setting RENAME does not change the references in other tables, which already have the right name.
    await runner.query('PRAGMA legacy_alter_table = ON');
    await runner.query(`ALTER TABLE "rebuilt_${table}" RENAME TO "${table}"`);
    await runner.query('PRAGMA legacy_alter_table = OFF');
    for (const { type, sql } of parts) if (type !== 'table') await runner.query(sql);
    await requireValidReferences(runner, table);
    if (ownsTransaction) await runner.commitTransaction();
  } catch (error) {
    if (ownsTransaction) await runner.rollbackTransaction();
    throw error;
  } finally {
    if (ownsTransaction) await runner.query('PRAGMA foreign_keys = ON');
  }
}

/** Copies the id counter, so that the id of a deleted row is not used again. */
async function keepIds(runner: QueryRunner, table: string): Promise<void> {
  await runner.query('DELETE FROM sqlite_sequence WHERE name = ?', [`rebuilt_${table}`]);
  await runner.query(
    `INSERT INTO sqlite_sequence (name, seq) SELECT 'rebuilt_${table}', seq FROM sqlite_sequence WHERE name = ?`,
    [table],
  );
}

async function hasForeignKeysOn(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query('PRAGMA foreign_keys')) as { foreign_keys: number }[];
  return row?.foreign_keys === 1;
}

async function requireValidReferences(runner: QueryRunner, table: string): Promise<void> {
  const broken: unknown[] = await runner.query(`PRAGMA foreign_key_check("${table}")`);
  if (broken.length > 0) throw new Error(`${broken.length} rows of ${table} refer to rows that do not exist`);
}

/** The CREATE TABLE text without the constraint of that name. Its end is found by counting parentheses. */
function removeConstraint(sql: string, constraint: string): string {
  const start = sql.indexOf(`, CONSTRAINT "${constraint}" `);
  if (start === -1) return sql;
  let depth = 0;
  for (let at = start + 1; at < sql.length; at++) {
    if (sql[at] === "'") at = sql.indexOf("'", at + 1);
    else if (sql[at] === '(') depth++;
    else if (sql[at] === ')') depth--;
    if (depth < 0 || (depth === 0 && sql[at] === ',')) return sql.slice(0, start) + sql.slice(at);
  }
  throw new Error(`The constraint ${constraint} has no end`);
}
