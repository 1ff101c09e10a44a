import type { MigrationInterface, QueryRunner } from 'typeorm';
import { migrations } from '../../../migrations';
import type { Dialect } from '../../../src/platform/database/dialect';
import { databaseByUrl, prepareSchema } from '../../../src/platform/database/schema/migrate';
import { planMigrations, formatPlans } from '../../../src/platform/database/statements/migration-plan';
import { check, index, references } from '../../../src/platform/database/schema/schema';
import {
  addConstraint,
  addIndex,
  dropConstraint,
  dropIndex,
  changeInBatches,
} from '../../../src/platform/database/schema/schema-changes';
import { unguarded } from '../../../src/platform/database/statements/write-guard';
import { emptyDatabaseUrl, testEngine } from '../../support/database-url';
import { cli } from '../../support/server';
import { School } from '../../support/school';

const bios = index('users_user_bio', ['bio'], "bio <> ''");
const short = check('users_user_bio_short', 'length("bio") <= 50');
const owner = references('platform_idempotency_user_fk', 'user_id', 'users_user', 'CASCADE');

class Indexed1764000200000 implements MigrationInterface {
  name = 'Indexed1764000200000';
  transaction = false;
  up = (runner: QueryRunner): Promise<void> => addIndex(runner, 'users_user', bios);
  down = (runner: QueryRunner): Promise<void> => dropIndex(runner, bios);
}

class Checked1764000201000 implements MigrationInterface {
  name = 'Checked1764000201000';
  transaction = false;
  up = async (runner: QueryRunner): Promise<void> => {
    await addConstraint(runner, 'users_user', short);
    await addConstraint(runner, 'platform_idempotency', owner);
  };
  down = async (runner: QueryRunner): Promise<void> => {
    await dropConstraint(runner, 'platform_idempotency', owner);
    await dropConstraint(runner, 'users_user', short);
  };
}

class Rewritten1764000202000 implements MigrationInterface {
  name = 'Rewritten1764000202000';
  transaction = false;
  up = (runner: QueryRunner): Promise<void> =>
    changeInBatches(
      runner,
      (limit) =>
        `UPDATE users_user SET bio = 'none' WHERE id IN (SELECT id FROM users_user WHERE bio = '' ORDER BY id LIMIT ${limit})`,
      3,
    );
  down = async (): Promise<void> => undefined;
}

const later = [Indexed1764000200000, Checked1764000201000, Rewritten1764000202000];

async function open(url: string, list = [...migrations, ...later]): Promise<Dialect> {
  const dialect = databaseByUrl(url, list);
  await dialect.dataSource.initialize();
  return dialect;
}

/** Creates eight people and deletes the last of them. */
async function aSchool(): Promise<string> {
  const school = await School.open();
  for (let person = 0; person < 8; person++) await school.student();
  await school.database.transaction(async () => {
    const last = 'SELECT max(id) FROM users_user';
    await school.database.run(`DELETE FROM users_user WHERE id = (${last})`);
  });
  await school.close();
  return school.url;
}

const write = (dialect: Dialect, sql: string): Promise<unknown> =>
  unguarded(async () => {
    const runner = dialect.dataSource.createQueryRunner();
    try {
      await runner.query(sql);
    } finally {
      await runner.release();
    }
  });

describe('migrations of tables in use', () => {
  it('a migration of tables in use adds an index and constraints, changes rows in batches, and reverts all of it', async () => {
    const dialect = await open(await aSchool());
    await prepareSchema(dialect);
    const { rows } = await dialect.read("SELECT count(*) AS count FROM users_user WHERE bio = 'none'", []);
    expect(Number(rows[0]?.count)).toBe(7);
    await expect(write(dialect, `UPDATE users_user SET bio = '${'x'.repeat(51)}'`)).rejects.toThrow(
      /users_user_bio_short/,
    );
    await expect(
      write(
        dialect,
        "INSERT INTO platform_idempotency (user_id, key, request_hash, created_at) VALUES (99, 'k', '', '2026-01-31')",
      ),
    ).rejects.toThrow(/foreign key/i);
    await unguarded(async () => {
      for (const _ of later) await dialect.dataSource.undoLastMigration({ transaction: 'none' });
    });
    await write(dialect, `UPDATE users_user SET bio = '${'x'.repeat(51)}'`);
    await dialect.dataSource.destroy();
  });

  it('a migration of tables in use keeps triggers, indexes, rows of other tables and ids', async () => {
    const url = await aSchool();
    const dialect = await open(url);
    const shape = async (): Promise<unknown[]> => {
      const sql =
        testEngine() === 'sqlite'
          ? "SELECT name FROM sqlite_master WHERE type <> 'table' ORDER BY 1"
          : "SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1";
      return (await dialect.read(sql, [])).rows.map(({ name }) => name);
    };
    const before = await shape();
    await prepareSchema(dialect);
    expect((await shape()).filter((name) => name !== bios.name)).toEqual(before);
    await dialect.dataSource.destroy();
    const school = await School.open({ url, environment: { DATABASE_NEWER_SCHEMA: 'accept' } });
    expect((await school.student({ username: 'next' })).id).toBe(9);
    expect((await school.database.rows({}, 'SELECT id FROM users_usersettings')).length).toBe(8);
    await school.close();
  });

  it('a migration of tables in use can run again after a kill between its work and its record', async () => {
    const dialect = await open(await aSchool());
    await prepareSchema(dialect);
    await write(dialect, "DELETE FROM platform_migration WHERE name LIKE '%176400020%'");
    await prepareSchema(dialect);
    expect((await dialect.read('SELECT name FROM platform_migration', [])).rows).toHaveLength(migrations.length + 3);
    await dialect.dataSource.destroy();
  });
});

it('planMigrations shows the SQL of a pending migration for both engines and runs nothing', async () => {
  const url = await aSchool();
  const plans = await planMigrations(url, [...migrations, ...later]);
  expect(plans.map(({ engine, migration, problem }) => `${engine} ${migration} ${problem ?? ''}`)).toEqual(
    ['postgres', 'sqlite'].flatMap((engine) => later.map((migration) => `${engine} ${migration.name} `)),
  );
  const text = formatPlans(plans);
  expect(text).toMatch(
    /CREATE INDEX CONCURRENTLY IF NOT EXISTS "users_user_bio" ON "users_user" \("bio"\) WHERE bio <> ''/,
  );
  expect(text).toMatch(/CREATE INDEX IF NOT EXISTS "users_user_bio"/);
  expect(text).toMatch(/ADD CONSTRAINT "users_user_bio_short" CHECK \(length\("bio"\) <= 50\) NOT VALID;/);
  const dialect = await open(url);
  expect((await dialect.read('SELECT name FROM platform_migration', [])).rows).toHaveLength(migrations.length);
  await dialect.dataSource.destroy();
  // With an empty database the plan contains every migration, for both engines.
  const all = await planMigrations(await emptyDatabaseUrl(), migrations);
  expect(all).toHaveLength(2 * migrations.length);
  // SQLite's integers always have 64 bits, so there is nothing to change.
  const idle = all.filter(({ problem, statements }) => problem ?? statements.length === 0);
  expect(idle).toEqual([{ engine: 'sqlite', migration: 'WiderTotals1764000007200', statements: [] }]);
  expect(formatPlans(await planMigrations(url, migrations))).toBe('No migration is pending');
});

it('a migration runs only once when two processes start together', async () => {
  const url = await emptyDatabaseUrl();
  await Promise.all([cli(url, ['migrate']), cli(url, ['migrate'])]);
  const dialect = await open(url, migrations);
  expect((await dialect.read('SELECT name FROM platform_migration', [])).rows).toHaveLength(migrations.length);
  await dialect.dataSource.destroy();
});
