import type { MigrationInterface, QueryRunner } from 'typeorm';
import { migrations } from '../../../migrations';
import type { Dialect } from '../../../src/platform/database/dialect';
import { databaseByUrl, prepareSchema, type Migrations } from '../../../src/platform/database/schema/migrate';
import { unguarded } from '../../../src/platform/database/statements/write-guard';
import { freshDatabaseUrl } from '../../support/database-url';

async function open(url: string, list: Migrations): Promise<Dialect> {
  const dialect = databaseByUrl(url, list);
  await dialect.dataSource.initialize();
  return dialect;
}

it('a migration that waits for a locked table lets other statements pass, and is tried again', async () => {
  const url = await freshDatabaseUrl();
  const holder = await open(url, migrations);
  const runner = holder.dataSource.createQueryRunner();
  await unguarded(() => runner.startTransaction());
  await runner.query('LOCK TABLE users_user IN ACCESS SHARE MODE');
  class Column1764000203000 implements MigrationInterface {
    name = 'Column1764000203000';
    up = async (of: QueryRunner): Promise<void> => {
      tried.times++;
      await of.query('ALTER TABLE users_user ADD COLUMN nickname varchar(20)');
    };
    down = (of: QueryRunner): Promise<void> =>
      of.query('ALTER TABLE users_user DROP COLUMN nickname') as Promise<never>;
  }
  const tried = { times: 0 };
  const dialect = await open(url, [...migrations, Column1764000203000]);
  const migrated = prepareSchema(dialect);
  while (tried.times < 2) await new Promise((resolve) => setTimeout(resolve, 50));
  // Statements that came after the migration did not have to wait until the other transaction ended.
  await holder.read('SELECT count(*) FROM users_user', []);
  await runner.rollbackTransaction();
  await migrated;
  expect((await dialect.read('SELECT nickname FROM users_user', [])).rows).toEqual([]);
  for (const one of [dialect, holder]) await one.dataSource.destroy();
});
