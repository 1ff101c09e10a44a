import { DataSource } from 'typeorm';
import { PostgresDriver, PostgresQueryRunner } from './typeorm-drivers';
import { useRunners } from './typeorm-runners';

/** A data source with query runners of our own, which need no server. */
function dataSourceWithOwnRunners(): { dataSource: DataSource; runners: PostgresQueryRunner[] } {
  const dataSource = new DataSource({ type: 'postgres' });
  const driver = dataSource.driver as PostgresDriver;
  const runners: PostgresQueryRunner[] = [];
  useRunners(driver, (mode) => {
    const runner = new PostgresQueryRunner(driver, mode);
    runner.query = async () => [{ version: 'PostgreSQL 18.0', current_database: 'school', current_schema: 'public' }];
    runners.push(runner);
    return runner;
  });
  return { dataSource, runners };
}

it('a data source of TypeORM returns the query runner that its driver created, with a manager', () => {
  const { dataSource, runners } = dataSourceWithOwnRunners();
  const runner = dataSource.createQueryRunner();
  expect(runner).toBe(runners[0]);
  expect(runner.manager.queryRunner).toBe(runner);
});

it('TypeORM also connects with a query runner that createQueryRunner of its driver returned', async () => {
  const { dataSource, runners } = dataSourceWithOwnRunners();
  const driver = dataSource.driver as PostgresDriver & { createPool(): Promise<object> };
  driver.createPool = async () => ({});
  await driver.connect();
  expect(runners).toHaveLength(1);
  expect(driver.database).toBe('school');
});
