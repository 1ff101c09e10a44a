import type { QueryRunner } from 'typeorm';

/** A table, index or trigger, with the SQL that created it. */
interface SchemaObject {
  type: string;
  sql: string;
}

/**
 * Adds, replaces or drops a constraint. SQLite cannot do that to an existing table, so a new table is created, filled with the rows
 * and renamed. The indexes and triggers are created again, because without its triggers the ledger could be changed. Nothing happens
 * if the table already has this constraint. `definitionSql` is null to drop the constraint.
 */
export async function rebuildWithConstraint(
  runner: QueryRunner,
  table: string,
  constraint: string,
  definitionSql: string | null,
): Promise<void> {
  const objects: SchemaObject[] = await runner.query(
    "SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL AND type IN ('table', 'index', 'trigger')",
    [table],
  );
  const oldSql = objects.find(({ type }) => type === 'table')?.sql;
  if (!oldSql) throw new Error(`There is no table ${table}`);
  const sqlWithoutConstraint = removeConstraint(oldSql, constraint);
  const closingParenthesis = /\)\s*$/;
  const newSql = definitionSql
    ? sqlWithoutConstraint.replace(closingParenthesis, `, CONSTRAINT "${constraint}" ${definitionSql})`)
    : sqlWithoutConstraint;
  if (newSql === oldSql) return;
  await rebuild(runner, table, newSql, objects);
}

async function rebuild(
  runner: QueryRunner,
  table: string,
  newSql: string,
  objects: readonly SchemaObject[],
): Promise<void> {
  const ownsTransaction = !runner.isTransactionActive;
  // Foreign keys are off, because dropping the old table would delete the rows that refer to it. The PRAGMA has no effect in a transaction.
  if (ownsTransaction) await runner.query('PRAGMA foreign_keys = OFF');
  else if (await hasForeignKeysOn(runner))
    throw new Error(`The migration that rebuilds ${table} must set transaction = false`);
  try {
    if (ownsTransaction) await runner.startTransaction();
    await runner.query(newSql.replace(/^CREATE TABLE\s+("[^"]+"|\S+)/i, `CREATE TABLE "rebuilt_${table}"`));
    await runner.query(`INSERT INTO "rebuilt_${table}" SELECT * FROM "${table}"`);
    await copyIdCounter(runner, table);
    await runner.query(`DROP TABLE "${table}"`);
    // Other tables already refer to the right name, and with this setting RENAME does not change their references.
    await runner.query('PRAGMA legacy_alter_table = ON');
    await runner.query(`ALTER TABLE "rebuilt_${table}" RENAME TO "${table}"`);
    await runner.query('PRAGMA legacy_alter_table = OFF');
    for (const { type, sql } of objects) if (type !== 'table') await runner.query(sql);
    await requireValidReferences(runner, table);
    if (ownsTransaction) await runner.commitTransaction();
  } catch (error) {
    if (ownsTransaction) await runner.rollbackTransaction();
    throw error;
  } finally {
    if (ownsTransaction) await runner.query('PRAGMA foreign_keys = ON');
  }
}

/** Copies the counter of the next id, so that the id of a deleted row is not used again. */
async function copyIdCounter(runner: QueryRunner, table: string): Promise<void> {
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

/** The CREATE TABLE text without the constraint of that name. The end of the constraint is found by counting parentheses. */
function removeConstraint(sql: string, constraint: string): string {
  const start = sql.indexOf(`, CONSTRAINT "${constraint}" `);
  if (start === -1) return sql;
  let depth = 0;
  for (let index = start + 1; index < sql.length; index++) {
    if (sql[index] === "'") index = sql.indexOf("'", index + 1);
    else if (sql[index] === '(') depth++;
    else if (sql[index] === ')') depth--;
    const isEnd = depth < 0 || (depth === 0 && sql[index] === ',');
    if (isEnd) return sql.slice(0, start) + sql.slice(index);
  }
  throw new Error(`The constraint ${constraint} has no end`);
}
