import type { QueryRunner } from 'typeorm';

interface Part {
  type: string;
  sql: string;
}

/**
 * SQLite adds no constraint to a table: a new table takes the rows and the name. Its indexes and triggers are made again
 * word for word: a ledger whose triggers are gone can be changed. Nothing changes where the constraint is as wanted.
 */
export async function rebuildWith(
  runner: QueryRunner,
  table: string,
  constraint: string,
  definition: string | null,
): Promise<void> {
  const parts: Part[] = await runner.query(
    "SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL AND type IN ('table', 'index', 'trigger')",
    [table],
  );
  const old = parts.find(({ type }) => type === 'table')?.sql;
  if (!old) throw new Error(`There is no table ${table}`);
  const bare = without(old, constraint);
  const wanted = definition ? bare.replace(/\)\s*$/, `, CONSTRAINT "${constraint}" ${definition})`) : bare;
  if (wanted === old) return;
  await rebuild(runner, table, wanted, parts);
}

async function rebuild(runner: QueryRunner, table: string, wanted: string, parts: readonly Part[]): Promise<void> {
  const alone = !runner.isTransactionActive;
  // Dropping the old table would otherwise delete whatever refers to its rows. Without effect inside a transaction.
  if (alone) await runner.query('PRAGMA foreign_keys = OFF');
  else if (await enforces(runner)) throw new Error(`A rebuild of ${table} needs transaction = false in its migration`);
  try {
    if (alone) await runner.startTransaction();
    // The name alone changes: no reference elsewhere follows it.
    await runner.query(wanted.replace(/^CREATE TABLE\s+("[^"]+"|\S+)/i, `CREATE TABLE "rebuilt_${table}"`));
    await runner.query(`INSERT INTO "rebuilt_${table}" SELECT * FROM "${table}"`);
    await keepIds(runner, table);
    await runner.query(`DROP TABLE "${table}"`);
    await runner.query('PRAGMA legacy_alter_table = ON');
    await runner.query(`ALTER TABLE "rebuilt_${table}" RENAME TO "${table}"`);
    await runner.query('PRAGMA legacy_alter_table = OFF');
    for (const { type, sql } of parts) if (type !== 'table') await runner.query(sql);
    await requireWhole(runner, table);
    if (alone) await runner.commitTransaction();
  } catch (error) {
    if (alone) await runner.rollbackTransaction();
    throw error;
  } finally {
    if (alone) await runner.query('PRAGMA foreign_keys = ON');
  }
}

/** An id that was given is not given again, also where its row is gone. */
async function keepIds(runner: QueryRunner, table: string): Promise<void> {
  await runner.query('DELETE FROM sqlite_sequence WHERE name = ?', [`rebuilt_${table}`]);
  await runner.query(
    `INSERT INTO sqlite_sequence (name, seq) SELECT 'rebuilt_${table}', seq FROM sqlite_sequence WHERE name = ?`,
    [table],
  );
}

async function enforces(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query('PRAGMA foreign_keys')) as { foreign_keys: number }[];
  return row?.foreign_keys === 1;
}

async function requireWhole(runner: QueryRunner, table: string): Promise<void> {
  const broken: unknown[] = await runner.query(`PRAGMA foreign_key_check("${table}")`);
  if (broken.length > 0) throw new Error(`${broken.length} rows of ${table} refer to rows that are not there`);
}

/** The table's text without a constraint of that name, found by its parentheses. */
function without(sql: string, constraint: string): string {
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
