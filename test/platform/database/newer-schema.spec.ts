import { unguarded } from '../../../src/platform/database/statements/write-guard';
import { SchemaTooNew } from '../../../src/platform/database/schema/schema-version';
import { freshDatabaseUrl } from '../../support/database-url';
import { School } from '../../support/school';

/** Adds the record of a migration, as if another version of the program had run it. */
async function migratedBy(name: string): Promise<string> {
  const url = await freshDatabaseUrl();
  const school = await School.open({ url });
  await unguarded(async () => {
    const runner = school.database.dialect.dataSource.createQueryRunner();
    await runner.query(`INSERT INTO platform_migration (timestamp, name) VALUES (1, '${name}')`);
    await runner.release();
  });
  await school.close();
  return url;
}

it('a program refuses with two lines to start on a database that a newer version has migrated', async () => {
  const url = await migratedBy('Murals1999999999999');
  const error: unknown = await School.open({ url }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SchemaTooNew);
  const lines = (error as Error).message.split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toBe(
    'The database is newer than this program, which does not know the migration Murals1999999999999.',
  );
});

it('a program starts on a newer database with DATABASE_NEWER_SCHEMA=accept', async () => {
  const url = await migratedBy('Murals1999999999999');
  const school = await School.open({ url, environment: { DATABASE_NEWER_SCHEMA: 'accept' } });
  expect((await school.visitor.get('//health/ready')).status).toBe(200);
  await school.close();
});

it('a program starts if the unknown migration is older than its newest one, because a module was removed', async () => {
  const school = await School.open({ url: await migratedBy('Badges1764000000001') });
  expect((await school.visitor.get('//health/ready')).status).toBe(200);
  await school.close();
});
