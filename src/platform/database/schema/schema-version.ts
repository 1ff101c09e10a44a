import { Logger } from '@nestjs/common';
import type { Dialect } from '../dialect';

const migrationTable = 'platform_migration';

/** A newer version of the program has migrated this database. This version could lose data that the newer one stores. */
export class SchemaTooNew extends Error {
  override name = 'SchemaTooNew';

  constructor(names: readonly string[]) {
    super(
      `The database is newer than this program, which does not know the migration ${names.join(', ')}.\n` +
        'Start the newer program, or restore a backup from before the update. With DATABASE_NEWER_SCHEMA=accept this program starts anyway.',
    );
  }
}

/** The timestamp at the end of a migration's name. Migrations are ordered by it. */
const timestampOf = (name: string): number => Number(/\d{13}$/.exec(name)?.[0] ?? 0);

/**
 * Checks before the first write that no newer version of the program has migrated the database. An unknown migration that is older
 * than the newest known one is accepted, because it belongs to a removed module, whose tables do no harm.
 * @throws SchemaTooNew
 */
export async function requireKnownSchema(dialect: Dialect, acceptsNewer: boolean): Promise<void> {
  const known = dialect.dataSource.migrations.map(({ name, constructor }) => name ?? constructor.name);
  const applied = await findAppliedMigrations(dialect);
  const newestTimestamp = Math.max(...known.map(timestampOf));
  const unknown = applied.filter((name) => !known.includes(name));
  const newer = unknown.filter((name) => timestampOf(name) > newestTimestamp);
  if (newer.length > 0 && !acceptsNewer) throw new SchemaTooNew(newer);
  if (unknown.length > 0)
    new Logger('Migrations').warn(`The database has migrations that this program does not know: ${unknown.join(', ')}`);
}

async function findAppliedMigrations({ dataSource, engine }: Dialect): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    const tables: unknown[] = await runner.query(
      engine === 'sqlite'
        ? `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '${migrationTable}'`
        : `SELECT 1 WHERE to_regclass('${migrationTable}') IS NOT NULL`,
    );
    if (tables.length === 0) return [];
    const rows: { name: string }[] = await runner.query(`SELECT name FROM ${migrationTable} ORDER BY id`);
    return rows.map(({ name }) => name);
  } finally {
    await runner.release();
  }
}
