import { migrations } from '../../../migrations';
import { createDialect } from '../../../src/platform/database/dialect-factory';
import { Config } from '../../../src/platform/config/config';
import { prepareSchema } from '../../../src/platform/database/schema/migrate';
import { unguarded } from '../../../src/platform/database/statements/write-guard';
import { emptyDatabaseUrl } from '../../support/database-url';
import { School } from '../../support/school';

const specified = [
  ...['users_user', 'users_usersettings', 'users_userprogress', 'courses_course', 'courses_course_prerequisites'],
  ...['courses_lesson', 'courses_exercise', 'courses_courseenrollment', 'courses_lessoncompletion'],
  ...['courses_exercisesubmission', 'rewards_teocointransaction', 'rewards_achievement', 'notifications_notification'],
];

it('the migrations create the schema that the entities describe', async () => {
  const school = await School.open();
  const { dataSource } = school.database.dialect;
  const builder = dataSource.driver.createSchemaBuilder();
  const differences = await unguarded(() => builder.log());
  expect(differences.upQueries.map((query) => query.query)).toEqual([]);
  const tables = dataSource.entityMetadatas.map((entity) => entity.tableName);
  expect(tables).toEqual(expect.arrayContaining(specified));
  await school.close();
});

it('the migrations run, can all be reverted, and run again', async () => {
  const config = new Config({ NODE_ENV: 'test', DATABASE_URL: await emptyDatabaseUrl() });
  const dialect = createDialect(config, [], migrations);
  await dialect.dataSource.initialize();
  await prepareSchema(dialect);
  await unguarded(async () => {
    // TypeORM ignores the `transaction` property of a migration when it reverts it.
    for (const _ of migrations) await dialect.dataSource.undoLastMigration({ transaction: 'none' });
    const runner = dialect.dataSource.createQueryRunner();
    for (const table of specified) expect([table, await runner.hasTable(table)]).toEqual([table, false]);
    await runner.release();
  });
  await prepareSchema(dialect);
  await dialect.dataSource.destroy();
});

it('the schema is created once by two processes that start together', async () => {
  const config = new Config({ NODE_ENV: 'test', DATABASE_URL: await emptyDatabaseUrl() });
  const dialects = [createDialect(config, [], migrations), createDialect(config, [], migrations)];
  for (const dialect of dialects) await dialect.dataSource.initialize();
  await Promise.all(dialects.map(prepareSchema));
  const applied = await dialects[0]!.read('SELECT name FROM platform_migration', []);
  expect(applied.rows).toHaveLength(migrations.length);
  for (const dialect of dialects) await dialect.dataSource.destroy();
});
