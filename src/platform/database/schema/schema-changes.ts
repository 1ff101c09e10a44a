import { TableCheck, type QueryRunner, type TableForeignKey, type TableIndex } from 'typeorm';
import { isPostgres } from './schema';
import { rebuildWith } from '../sqlite/sqlite-rebuild';

/*
 * Words for tables that hold rows and are in use. Each takes its own short locks, so its migration says
 * `transaction = false`, holds one such word, and can be run again from the start if it was killed.
 */

/** An index on a table that exists, of its columns or of an expression. Writers go on meanwhile. */
export async function addIndex(
  runner: QueryRunner,
  table: string,
  index: TableIndex,
  expression?: string,
): Promise<void> {
  const { name, columnNames, isUnique, where } = index;
  const columns = expression ?? columnNames.map((column) => `"${column}"`).join(', ');
  const statement = (how: string): string =>
    `CREATE ${isUnique ? 'UNIQUE ' : ''}INDEX ${how} "${name}" ON "${table}" (${columns})${where ? ` WHERE ${where}` : ''}`;
  // Inside a transaction nobody else sees the table yet: a database that is being made.
  if (!isPostgres(runner) || runner.isTransactionActive) return void (await runner.query(statement('IF NOT EXISTS')));
  await unhurried(runner, async () => {
    // A build that broke off leaves an index that is maintained and never used.
    if (await isBroken(runner, name as string)) await runner.query(`DROP INDEX CONCURRENTLY "${name}"`);
    await runner.query(statement('CONCURRENTLY IF NOT EXISTS'));
  });
}

export async function dropIndex(runner: QueryRunner, index: TableIndex): Promise<void> {
  const concurrently = isPostgres(runner) && !runner.isTransactionActive;
  const statement = `DROP INDEX ${concurrently ? 'CONCURRENTLY ' : ''}IF EXISTS "${index.name}"`;
  await (concurrently ? unhurried(runner, () => runner.query(statement)) : runner.query(statement));
}

/** A check or a foreign key on a table that exists: new rows obey at once, old ones are looked at while writers go on. */
export async function addConstraint(
  runner: QueryRunner,
  table: string,
  constraint: TableCheck | TableForeignKey,
): Promise<void> {
  const definition = definitionOf(constraint);
  if (!isPostgres(runner)) return rebuildWith(runner, table, constraint.name as string, definition);
  const name = `"${constraint.name}"`;
  await unhurried(runner, async () => {
    if (!(await exists(runner, table, constraint.name as string)))
      await runner.query(`ALTER TABLE "${table}" ADD CONSTRAINT ${name} ${definition} NOT VALID`);
    await runner.query(`ALTER TABLE "${table}" VALIDATE CONSTRAINT ${name}`);
  });
}

export async function dropConstraint(
  runner: QueryRunner,
  table: string,
  constraint: TableCheck | TableForeignKey,
): Promise<void> {
  if (!isPostgres(runner)) return rebuildWith(runner, table, constraint.name as string, null);
  await unhurried(runner, () => runner.query(`ALTER TABLE "${table}" DROP CONSTRAINT IF EXISTS "${constraint.name}"`));
}

/**
 * Changes rows of a large table a few thousand at a time, each batch committed by itself. `statement` changes at most `limit`
 * rows that still need it, and says how many: `UPDATE … WHERE id IN (SELECT id FROM … WHERE … LIMIT 2000)`.
 */
export async function inBatches(
  runner: QueryRunner,
  statement: (limit: number) => string,
  limit = 2_000,
): Promise<void> {
  for (let changed = limit; changed > 0;) {
    const { affected } = (await runner.query(statement(limit), [], true)) as { affected?: number };
    changed = affected ?? 0;
  }
}

/**
 * A column of `int` for numbers that outgrow it; run again it changes nothing. PostgreSQL writes the table anew while everybody
 * waits: for tables of a row a person, not for those of a row an event. SQLite's integers have 64 bits whatever they are called.
 */
export const widenToBigint = (runner: QueryRunner, table: string, column: string): Promise<void> =>
  retype(runner, table, column, 'bigint');
/** Refused by the engine where a number does not fit any more. */
export const narrowToInt = (runner: QueryRunner, table: string, column: string): Promise<void> =>
  retype(runner, table, column, 'integer');

async function retype(runner: QueryRunner, table: string, column: string, type: string): Promise<void> {
  if (!isPostgres(runner)) return;
  const [found] = (await runner.query(
    `SELECT data_type AS type FROM information_schema.columns
     WHERE table_schema = ANY (current_schemas(false)) AND table_name = $1 AND column_name = $2`,
    [table, column],
  )) as { type: string }[];
  if (found?.type === type) return;
  await unhurried(runner, () => runner.query(`ALTER TABLE "${table}" ALTER COLUMN "${column}" TYPE ${type}`));
}

/** Outside a transaction there is no SET LOCAL: the connection gets its usual limits back. */
async function unhurried(runner: QueryRunner, work: () => Promise<unknown>): Promise<void> {
  if (runner.isTransactionActive) return void (await work());
  await runner.query("SET statement_timeout = 0; SET lock_timeout = '2s'");
  try {
    await work();
  } finally {
    await runner.query('RESET statement_timeout; RESET lock_timeout');
  }
}

async function isBroken(runner: QueryRunner, index: string): Promise<boolean> {
  const found: unknown[] = await runner.query(
    'SELECT FROM pg_index WHERE indexrelid = to_regclass(quote_ident($1)) AND NOT indisvalid',
    [index],
  );
  return found.length > 0;
}

async function exists(runner: QueryRunner, table: string, constraint: string): Promise<boolean> {
  const found: unknown[] = await runner.query(
    'SELECT FROM pg_constraint WHERE conrelid = to_regclass(quote_ident($1)) AND conname = $2',
    [table, constraint],
  );
  return found.length > 0;
}

function definitionOf(constraint: TableCheck | TableForeignKey): string {
  if (constraint instanceof TableCheck) return `CHECK (${constraint.expression})`;
  const { columnNames, referencedTableName, referencedColumnNames, onDelete } = constraint;
  const quoted = (names: string[]): string => names.map((name) => `"${name}"`).join(', ');
  return `FOREIGN KEY (${quoted(columnNames)}) REFERENCES "${referencedTableName}" (${quoted(referencedColumnNames)}) ON DELETE ${onDelete}`;
}
