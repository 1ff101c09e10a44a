import { Logger } from '@nestjs/common';
import type { Dialect } from '../dialect';

const table = 'platform_migration';

/** A newer program has changed this database: what it keeps there this one would not keep. */
export class SchemaTooNew extends Error {
  override name = 'SchemaTooNew';

  constructor(names: readonly string[]) {
    super(
      `The database is newer than this program, which does not know its migration ${names.join(', ')}.\n` +
        'Start the newer program, or restore a backup made before the update; DATABASE_NEWER_SCHEMA=accept starts this one all the same.',
    );
  }
}

/** The instant in a migration's name orders it among all others. */
const ageOf = (name: string): number => Number(/\d{13}$/.exec(name)?.[0] ?? 0);

/**
 * Before the first write. What is unknown but older than the newest known migration belongs to a module that was taken out: its
 * tables disturb nobody.
 * @throws SchemaTooNew
 */
export async function requireKnownSchema(dialect: Dialect, accepted: boolean): Promise<void> {
  const known = dialect.dataSource.migrations.map(({ name, constructor }) => name ?? constructor.name);
  const applied = await appliedIn(dialect);
  const newest = Math.max(...known.map(ageOf));
  const unknown = applied.filter((name) => !known.includes(name));
  const newer = unknown.filter((name) => ageOf(name) > newest);
  if (newer.length > 0 && !accepted) throw new SchemaTooNew(newer);
  if (unknown.length > 0)
    new Logger('Migrations').warn(`The database holds migrations this program does not know: ${unknown.join(', ')}`);
}

async function appliedIn({ dataSource, engine }: Dialect): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    const tables: unknown[] = await runner.query(
      engine === 'sqlite'
        ? `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '${table}'`
        : `SELECT 1 WHERE to_regclass('${table}') IS NOT NULL`,
    );
    if (tables.length === 0) return [];
    const rows: { name: string }[] = await runner.query(`SELECT name FROM ${table} ORDER BY id`);
    return rows.map(({ name }) => name);
  } finally {
    await runner.release();
  }
}
