import { TableCheck, type QueryRunner, type TableForeignKey, type TableIndex } from 'typeorm';
import { isPostgres } from './schema';
import { rebuildWithConstraint } from '../sqlite/sqlite-rebuild';

/*
 * Functions for migrations that change tables which have rows and are in use. Each function takes its own short locks. So a
 * migration that calls one sets `transaction = false` and calls only one, and then it can be run again if it was killed.
 */

/** Adds an index of columns or of an SQL expression to an existing table. Other transactions can write to the table meanwhile. */
export async function addIndex(
  runner: QueryRunner,
  table: string,
  index: TableIndex,
  expressionSql?: string,
  method: 'btree' | 'gin' = 'btree',
): Promise<void> {
  const { name, columnNames, isUnique, where } = index;
  const columnsSql = expressionSql ?? quoteNames(columnNames);
  const createSql = isUnique ? 'CREATE UNIQUE INDEX' : 'CREATE INDEX';
  const usingSql = method === 'btree' ? '' : ` USING ${method}`;
  const whereSql = where ? ` WHERE ${where}` : '';
  const definitionSql = `"${name}" ON "${table}"${usingSql} (${columnsSql})${whereSql}`;
  if (!canRunConcurrently(runner)) {
    await runner.query(`${createSql} IF NOT EXISTS ${definitionSql}`);
    return;
  }
  await withMigrationTimeouts(runner, async () => {
    // An interrupted build leaves an invalid index, which PostgreSQL maintains but never uses.
    if (await isInvalidIndex(runner, String(name))) await runner.query(`DROP INDEX CONCURRENTLY "${name}"`);
    await runner.query(`${createSql} CONCURRENTLY IF NOT EXISTS ${definitionSql}`);
  });
}

export async function dropIndex(runner: QueryRunner, index: TableIndex): Promise<void> {
  if (!canRunConcurrently(runner)) {
    await runner.query(`DROP INDEX IF EXISTS "${index.name}"`);
    return;
  }
  await withMigrationTimeouts(runner, () => runner.query(`DROP INDEX CONCURRENTLY IF EXISTS "${index.name}"`));
}

/**
 * True for PostgreSQL outside a transaction, because it refuses CONCURRENTLY inside one. Inside a transaction the database is
 * just being created, so no other process is blocked.
 */
const canRunConcurrently = (runner: QueryRunner): boolean => isPostgres(runner) && !runner.isTransactionActive;

/** Adds a check or a foreign key to an existing table. New rows are checked at once, old rows while writes continue. */
export async function addConstraint(
  runner: QueryRunner,
  table: string,
  constraint: TableCheck | TableForeignKey,
): Promise<void> {
  const name = String(constraint.name);
  const definitionSql = constraintSql(constraint);
  if (!isPostgres(runner)) return rebuildWithConstraint(runner, table, name, definitionSql);
  await withMigrationTimeouts(runner, async () => {
    if (!(await hasConstraint(runner, table, name)))
      await runner.query(`ALTER TABLE "${table}" ADD CONSTRAINT "${name}" ${definitionSql} NOT VALID`);
    await runner.query(`ALTER TABLE "${table}" VALIDATE CONSTRAINT "${name}"`);
  });
}

export async function dropConstraint(
  runner: QueryRunner,
  table: string,
  constraint: TableCheck | TableForeignKey,
): Promise<void> {
  const name = String(constraint.name);
  if (!isPostgres(runner)) return rebuildWithConstraint(runner, table, name, null);
  const dropSql = `ALTER TABLE "${table}" DROP CONSTRAINT IF EXISTS "${name}"`;
  await withMigrationTimeouts(runner, () => runner.query(dropSql));
}

/**
 * Changes the rows of a large table in batches and commits each batch. `batchSql` returns a statement that changes at most `limit`
 * of the rows that are not changed yet: `UPDATE … WHERE id IN (SELECT id FROM … WHERE … LIMIT 2000)`.
 */
export async function changeInBatches(
  runner: QueryRunner,
  batchSql: (limit: number) => string,
  limit = 2_000,
): Promise<void> {
  let changedCount: number;
  do {
    const { affected } = (await runner.query(batchSql(limit), [], true)) as { affected?: number };
    changedCount = affected ?? 0;
  } while (changedCount > 0);
}

/**
 * Changes an `int` column to `bigint`. A second call changes nothing. PostgreSQL rewrites the whole table under an exclusive
 * lock, so use this only for tables with a row for each user, not with a row for each event. SQLite's integers always have 64 bits.
 */
export const widenToBigint = (runner: QueryRunner, table: string, column: string): Promise<void> =>
  changeType(runner, table, column, 'bigint');
/** Changes a `bigint` column to `int`. PostgreSQL refuses the change if a number does not fit. */
export const narrowToInt = (runner: QueryRunner, table: string, column: string): Promise<void> =>
  changeType(runner, table, column, 'integer');

async function changeType(runner: QueryRunner, table: string, column: string, type: string): Promise<void> {
  if (!isPostgres(runner)) return;
  const [current] = (await runner.query(
    `SELECT data_type AS type FROM information_schema.columns
     WHERE table_schema = ANY (current_schemas(false)) AND table_name = $1 AND column_name = $2`,
    [table, column],
  )) as { type: string }[];
  if (current?.type === type) return;
  const alterSql = `ALTER TABLE "${table}" ALTER COLUMN "${column}" TYPE ${type}`;
  await withMigrationTimeouts(runner, () => runner.query(alterSql));
}

/** Changes the timeouts of the connection and resets them afterwards, because SET LOCAL has no effect outside a transaction. */
async function withMigrationTimeouts(runner: QueryRunner, work: () => Promise<unknown>): Promise<void> {
  if (runner.isTransactionActive) return void (await work());
  await runner.query("SET statement_timeout = 0; SET lock_timeout = '2s'");
  try {
    await work();
  } finally {
    await runner.query('RESET statement_timeout; RESET lock_timeout');
  }
}

async function isInvalidIndex(runner: QueryRunner, index: string): Promise<boolean> {
  const rows: unknown[] = await runner.query(
    'SELECT FROM pg_index WHERE indexrelid = to_regclass(quote_ident($1)) AND NOT indisvalid',
    [index],
  );
  return rows.length > 0;
}

async function hasConstraint(runner: QueryRunner, table: string, constraint: string): Promise<boolean> {
  const rows: unknown[] = await runner.query(
    'SELECT FROM pg_constraint WHERE conrelid = to_regclass(quote_ident($1)) AND conname = $2',
    [table, constraint],
  );
  return rows.length > 0;
}

const quoteNames = (names: string[]): string => names.map((name) => `"${name}"`).join(', ');

function constraintSql(constraint: TableCheck | TableForeignKey): string {
  if (constraint instanceof TableCheck) return `CHECK (${constraint.expression})`;
  const { columnNames, referencedTableName, referencedColumnNames, onDelete } = constraint;
  const targetSql = `"${referencedTableName}" (${quoteNames(referencedColumnNames)})`;
  return `FOREIGN KEY (${quoteNames(columnNames)}) REFERENCES ${targetSql} ON DELETE ${onDelete}`;
}
