import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseByUrl, migrate } from '../schema/migrate';
import { statementLog } from './statement-log';
import { isRead, unguarded } from './write-guard';

type MigrationClass = new () => MigrationInterface;

/** What a migration would send to one engine. */
export interface Planned {
  engine: 'postgres' | 'sqlite';
  migration: string;
  statements: string[];
  /** Why it cannot be shown: it reads a database that is not there. */
  problem?: string;
}

/** The SQL of the migrations that the database of `url` lacks, for both engines; nothing is run there. */
export async function planned(url: string, migrations: readonly MigrationClass[]): Promise<Planned[]> {
  const applied = await appliedAt(url);
  const isApplied = (migration: MigrationClass): boolean => applied.includes(nameOf(migration));
  const pending = migrations.filter((migration) => !isApplied(migration));
  const postgres = await planForPostgres(pending);
  return [...postgres, ...(await planForSqlite(migrations.filter(isApplied), pending))];
}

const nameOf = (migration: MigrationClass): string => new migration().name ?? migration.name;

async function appliedAt(url: string): Promise<string[]> {
  // Opening would make the file.
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

/** Asked of a server that is not there; what the schema builder wants to know before it writes. */
const answers: [RegExp, Record<string, unknown>][] = [
  [/current_schema\(\)/, { current_schema: 'public' }],
  [/current_database\(\)/, { current_database: 'school' }],
];

async function planForPostgres(pending: readonly MigrationClass[]): Promise<Planned[]> {
  const { dataSource } = databaseByUrl('postgres://nobody@localhost/nothing', []);
  const plans: Planned[] = [];
  for (const migration of pending) {
    const statements: string[] = [];
    const runner = dataSource.createQueryRunner();
    const listen = async (sql: string): Promise<unknown> => {
      if (!isRead(sql)) statements.push(sql);
      const answer = answers.find(([question]) => question.test(sql));
      return answer ? [answer[1]] : [];
    };
    const one = new migration();
    Object.assign(runner, { query: listen, isTransactionActive: one.transaction !== false });
    plans.push({ engine: 'postgres', migration: nameOf(migration), statements, ...(await tried(one, runner)) });
  }
  return plans;
}

async function tried(migration: MigrationInterface, runner: QueryRunner): Promise<{ problem?: string }> {
  try {
    await migration.up(runner);
    return {};
  } catch (error) {
    return { problem: String(error) };
  }
}

/** On a file of its own, brought to where the database is. */
async function planForSqlite(applied: MigrationClass[], pending: readonly MigrationClass[]): Promise<Planned[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-plan-'));
  const url = `sqlite:${path.join(folder, 'plan.sqlite3')}`;
  await migrate(url, applied);
  const dialect = databaseByUrl(url, []);
  await dialect.dataSource.initialize();
  const plans: Planned[] = [];
  try {
    for (const migration of pending) {
      const one = new migration();
      const { result, statements } = await statementLog.of(() =>
        unguarded(async () => {
          const runner = dialect.dataSource.createQueryRunner();
          if (one.transaction !== false) await runner.startTransaction();
          const outcome = await tried(one, runner);
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

/** As SQL that can be read, with a heading for each migration. */
export function planText(plans: readonly Planned[]): string {
  if (plans.length === 0) return 'Nothing is pending';
  const texts = plans.map(({ engine, migration, statements, problem }) =>
    [
      `-- ${engine}: ${migration}`,
      ...statements.map((sql) => `${sql};`),
      ...(problem ? [`-- not shown: ${problem}`] : []),
    ].join('\n'),
  );
  return texts.join('\n\n');
}
