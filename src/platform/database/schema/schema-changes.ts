import { TableCheck, type QueryRunner, type TableForeignKey, type TableIndex } from 'typeorm';
import { isPostgres } from './schema';
import { rebuildWithConstraint } from '../sqlite/sqlite-rebuild';

/*
 * Functions that change tables which have rows and are in use. Each takes its own short locks. So a migration that calls one
 * sets `transaction = false`, calls only one of them, and can be run again from the start if it was killed.
 */

/** Adds an index of columns or of an expression to an existing table. Writes to the table go on meanwhile. */
export async function addIndex(
  runner: QueryRunner,
  table: string,
  index: TableIndex,
  expression?: string,
): Promise<void> {
  const { name, columnNames, isUnique, where } = index;
  const columns = expression ?? columnNames.map((column) => `"${column}"`).join(', ');
  const createSql = (options: string): string =>
    `CREATE ${isUnique ? 'UNIQUE ' : ''}INDEX ${options} "${name}" ON "${table}" (${columns})${where ? ` WHERE ${where}` : ''}`;
  // Inside a transaction the database is being created, and no other process sees the table yet.
  if (!isPostgres(runner) || runner.isTransactionActive) return void (await runner.query(createSql('IF NOT EXISTS')));
  await withMigrationTimeouts(runner, async () => {
    // An interrupted build leaves an invalid index, which PostgreSQL maintains but never uses.
    if (await isInvalid(runner, name as string)) await runner.query(`DROP INDEX CONCURRENTLY "${name}"`);
    await runner.query(createSql('CONCURRENTLY IF NOT EXISTS'));
  });
}

export async function dropIndex(runner: QueryRunner, index: TableIndex): Promise<void> {
  const isConcurrent = isPostgres(runner) && !runner.isTransactionActive;
  const dropSql = `DROP INDEX ${isConcurrent ? 'CONCURRENTLY ' : ''}IF EXISTS "${index.name}"`;
  await (isConcurrent ? withMigrationTimeouts(runner, () => runner.query(dropSql)) : runner.query(dropSql));
}

/** Adds a check or a foreign key to an existing table. New rows are checked at once, old rows while writes go on. */
export async function addConstraint(
  runner: QueryRunner,
  table: string,
  constraint: TableCheck | TableForeignKey,
): Promise<void> {
  const definition = definitionOf(constraint);
  if (!isPostgres(runner)) return rebuildWithConstraint(runner, table, constraint.name as string, definition);
  const name = `"${constraint.name}"`;
  await withMigrationTimeouts(runner, async () => {
    if (!(await hasConstraint(runner, table, constraint.name as string)))
      await runner.query(`ALTER TABLE "${table}" ADD CONSTRAINT ${name} ${definition} NOT VALID`);
    await runner.query(`ALTER TABLE "${table}" VALIDATE CONSTRAINT ${name}`);
  });
}

export async function dropConstraint(
  runner: QueryRunner,
  table: string,
  constraint: TableCheck | TableForeignKey,
): Promise<void> {
  if (!isPostgres(runner)) return rebuildWithConstraint(runner, table, constraint.name as string, null);
  await withMigrationTimeouts(runner, () =>
    runner.query(`ALTER TABLE "${table}" DROP CONSTRAINT IF EXISTS "${constraint.name}"`),
  );
}

/**
 * Changes the rows of a large table in batches, each of which is committed by itself. `batchSql` must change at most `limit` of
 * the rows that are not changed yet: `UPDATE … WHERE id IN (SELECT id FROM … WHERE … LIMIT 2000)`.
 */
export async function inBatches(
  runner: QueryRunner,
  batchSql: (limit: number) => string,
  limit = 2_000,
): Promise<void> {
  for (let changedCount = limit; changedCount > 0;) {
    const { affected } = (await runner.query(batchSql(limit), [], true)) as { affected?: number };
    changedCount = affected ?? 0;
  }
}

/**
 * Changes an `int` column to `bigint`. A second call changes nothing. PostgreSQL rewrites the whole table under an exclusive
 * lock, so this is only for tables with a row for each person, not with a row for each event. SQLite's integers always have 64 bits.
 */
export const widenToBigint = (runner: QueryRunner, table: string, column: string): Promise<void> =>
  changeType(runner, table, column, 'bigint');
/** The reverse of `widenToBigint`. PostgreSQL refuses it if a number does not fit. */
export const narrowToInt = (runner: QueryRunner, table: string, column: string): Promise<void> =>
  changeType(runner, table, column, 'integer');

async function changeType(runner: QueryRunner, table: string, column: string, type: string): Promise<void> {
  if (!isPostgres(runner)) return;
  const [found] = (await runner.query(
    `SELECT data_type AS type FROM information_schema.columns
     WHERE table_schema = ANY (current_schemas(false)) AND table_name = $1 AND column_name = $2`,
    [table, column],
  )) as { type: string }[];
  if (found?.type === type) return;
  await withMigrationTimeouts(runner, () =>
    runner.query(`ALTER TABLE "${table}" ALTER COLUMN "${column}" TYPE ${type}`),
  );
}

/** Outside a transaction SET LOCAL has no effect, so the settings of the connection are changed and reset afterwards. */
async function withMigrationTimeouts(runner: QueryRunner, work: () => Promise<unknown>): Promise<void> {
  if (runner.isTransactionActive) return void (await work());
  await runner.query("SET statement_timeout = 0; SET lock_timeout = '2s'");
  try {
    await work();
  } finally {
    await runner.query('RESET statement_timeout; RESET lock_timeout');
  }
}

async function isInvalid(runner: QueryRunner, index: string): Promise<boolean> {
  const found: unknown[] = await runner.query(
    'SELECT FROM pg_index WHERE indexrelid = to_regclass(quote_ident($1)) AND NOT indisvalid',
    [index],
  );
  return found.length > 0;
}

async function hasConstraint(runner: QueryRunner, table: string, constraint: string): Promise<boolean> {
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
