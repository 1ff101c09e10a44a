import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { MigrationClass } from '../../process/extension';
import { takeOffline } from '../../internals/typeorm-offline-runner';
import type { Dialect } from '../dialect';
import { databaseByUrl, migrate } from '../schema/migrate';
import { statementLog } from './statement-log';
import { isRead, unguarded } from './write-guard';

/** The statements that one migration sends to one engine. */
interface MigrationPlan {
  engine: 'postgres' | 'sqlite';
  migration: string;
  statements: string[];
  /** The error of a migration whose statements cannot all be shown, because it reads rows and there is no database to read from. */
  problem: string | undefined;
}

/** The SQL of the migrations that are pending in the database of `url`, for both engines. Nothing is run in that database. */
export async function planMigrations(url: string, migrations: readonly MigrationClass[]): Promise<MigrationPlan[]> {
  const applied = await findAppliedMigrations(url);
  const isApplied = (migration: MigrationClass): boolean => applied.includes(nameOf(migration));
  const pending = migrations.filter((migration) => !isApplied(migration));
  const postgresPlans = await planForPostgres(pending);
  const sqlitePlans = await planForSqlite(migrations.filter(isApplied), pending);
  return [...postgresPlans, ...sqlitePlans];
}

const nameOf = (migration: MigrationClass): string => new migration().name ?? migration.name;

async function findAppliedMigrations(url: string): Promise<string[]> {
  // A missing file is not opened, because opening it would create it.
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

/** Runs the migrations on a query runner that only records their statements. */
async function planForPostgres(pending: readonly MigrationClass[]): Promise<MigrationPlan[]> {
  const { dataSource } = databaseByUrl('postgres://nobody@localhost/nothing', []);
  const plans: MigrationPlan[] = [];
  for (const migrationClass of pending) {
    const migration = new migrationClass();
    const statements: string[] = [];
    const runner = dataSource.createQueryRunner();
    takeOffline(runner, usesTransaction(migration), (sql) => {
      if (!isRead(sql)) statements.push(sql);
    });
    const problem = await runUp(migration, runner);
    plans.push({ engine: 'postgres', migration: nameOf(migrationClass), statements, problem });
  }
  return plans;
}

const usesTransaction = (migration: MigrationInterface): boolean => migration.transaction !== false;

/** @returns the error of the migration; undefined if it succeeded */
async function runUp(migration: MigrationInterface, runner: QueryRunner): Promise<string | undefined> {
  try {
    await migration.up(runner);
    return undefined;
  } catch (error) {
    return String(error);
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
    for (const migrationClass of pending) {
      const runMigration = (): Promise<string | undefined> => runOnSqlite(dialect, new migrationClass());
      const { result: problem, statements } = await statementLog.of(() => unguarded(runMigration));
      const writes = statements.filter((sql) => !isRead(sql) && !/^(BEGIN|COMMIT)\b/.test(sql));
      plans.push({ engine: 'sqlite', migration: nameOf(migrationClass), statements: writes, problem });
    }
  } finally {
    await dialect.dataSource.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
  return plans;
}

async function runOnSqlite({ dataSource }: Dialect, migration: MigrationInterface): Promise<string | undefined> {
  const runner = dataSource.createQueryRunner();
  if (usesTransaction(migration)) await runner.startTransaction();
  const problem = await runUp(migration, runner);
  if (runner.isTransactionActive) await runner.commitTransaction();
  await runner.release();
  return problem;
}

/** The plans as readable SQL, with a comment above each migration. */
export function formatPlans(plans: readonly MigrationPlan[]): string {
  if (plans.length === 0) return 'No migration is pending';
  return plans.map(formatPlan).join('\n\n');
}

function formatPlan({ engine, migration, statements, problem }: MigrationPlan): string {
  const lines = [`-- ${engine}: ${migration}`];
  for (const statement of statements) lines.push(`${statement};`);
  if (problem) lines.push(`-- not shown: ${problem}`);
  return lines.join('\n');
}
