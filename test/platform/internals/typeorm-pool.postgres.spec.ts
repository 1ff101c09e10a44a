import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from '../../../src/platform/internals/typeorm-drivers';
import { poolOf } from '../../../src/platform/internals/typeorm-pool';

it('the driver of a connected data source of TypeORM has its pool, a Pool of pg, in master', async () => {
  const dataSource = new DataSource({ type: 'postgres', url: process.env.TEST_POSTGRES_URL!, poolSize: 3 });
  await dataSource.initialize();
  try {
    const pool = poolOf(dataSource.driver as PostgresDriver);
    expect(pool).toBeInstanceOf(Pool);
    expect(pool.options.max).toBe(3);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  } finally {
    await dataSource.destroy();
  }
});
