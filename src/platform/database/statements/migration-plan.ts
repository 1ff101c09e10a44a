import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { MigrationClass } from '../../process/extension';
import { takeOffline } from '../../internals/typeorm-offline-runner';
import { databaseByUrl, migrate } from '../schema/migrate';
import { statementLog } from './statement-log';
import { isRead, unguarded } from './write-guard';

/** The statements that a migration would send to one engine. */
export interface MigrationPlan {
  engine: 'postgres' | 'sqlite';
  migration: string;
  statements: string[];
  /** The error of a migration that cannot be shown, because it reads from a database that is not there. */
  problem?: string;
}

/** The SQL of the migrations that are pending in the database of `url`, for both engines. Nothing is run in that database. */
export async function planMigrations(url: string, migrations: readonly MigrationClass[]): Promise<MigrationPlan[]> {
  const applied = await findAppliedMigrations(url);
  const isApplied = (migration: MigrationClass): boolean => applied.includes(nameOf(migration));
  const pending = migrations.filter((migration) => !isApplied(migration));
  const postgres = await planForPostgres(pending);
  return [...postgres, ...(await planForSqlite(migrations.filter(isApplied), pending))];
}

const nameOf = (migration: MigrationClass): string => new migration().name ?? migration.name;

async function findAppliedMigrations(url: string): Promise<string[]> {
  // Opening the file would create it.
  if (url.startsWith('sqlite:') && !existsSync(url.slice('sqlite:'.length))) return [];
  const dialect = databaseByUrl(url, []);
  await dialect.dataSource.initialize();
  try {
    const { rows } = await dialect.read('SELECT name FROM platform_migration', []);
    return rows.map(({ name }) => name as string);
  } catch (error) {
    if (/no such table|does not exist/.test(String(error))) return [];
    throw error;
  } finally {
    await dialect.dataSource.destroy();
  }
}

async function planForPostgres(pending: readonly MigrationClass[]): Promise<MigrationPlan[]> {
  const { dataSource } = databaseByUrl('postgres://nobody@localhost/nothing', []);
  const plans: MigrationPlan[] = [];
  for (const migration of pending) {
    const statements: string[] = [];
    const runner = dataSource.createQueryRunner();
    const instance = new migration();
    takeOffline(runner, instance.transaction !== false, (sql) => {
      if (!isRead(sql)) statements.push(sql);
    });
    const outcome = await runUp(instance, runner);
    plans.push({ engine: 'postgres', migration: nameOf(migration), statements, ...outcome });
  }
  return plans;
}

async function runUp(migration: MigrationInterface, runner: QueryRunner): Promise<{ problem?: string }> {
  try {
    await migration.up(runner);
    return {};
  } catch (error) {
    return { problem: String(error) };
  }
}

/** Runs the pending migrations on a temporary file, to which the applied migrations were applied first. */
async function planForSqlite(applied: MigrationClass[], pending: readonly MigrationClass[]): Promise<MigrationPlan[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-plan-'));
  const url = `sqlite:${path.join(folder, 'plan.sqlite3')}`;
  await migrate(url, applied);
  const dialect = databaseByUrl(url, []);
  await dialect.dataSource.initialize();
  const plans: MigrationPlan[] = [];
  try {
    for (const migration of pending) {
      const instance = new migration();
      const { result, statements } = await statementLog.of(() =>
        unguarded(async () => {
          const runner = dialect.dataSource.createQueryRunner();
          if (instance.transaction !== false) await runner.startTransaction();
          const outcome = await runUp(instance, runner);
          if (runner.isTransactionActive) await runner.commitTransaction();
          await runner.release();
          return outcome;
        }),
      );
      const writes = statements.filter((sql) => !isRead(sql) && !/^(BEGIN|COMMIT)\b/.test(sql));
      plans.push({ engine: 'sqlite', migration: nameOf(migration), statements: writes, ...result });
    }
  } finally {
    await dialect.dataSource.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
  return plans;
}

/** The plans as readable SQL, with a comment above each migration. */
export function formatPlans(plans: readonly MigrationPlan[]): string {
  if (plans.length === 0) return 'No migration is pending';
  const texts = plans.map(({ engine, migration, statements, problem }) =>
    [
      `-- ${engine}: ${migration}`,
      ...statements.map((sql) => `${sql};`),
      ...(problem ? [`-- not shown: ${problem}`] : []),
    ].join('\n'),
  );
  return texts.join('\n\n');
}
