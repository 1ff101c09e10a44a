import { Config } from '../config/config';
import { migrations } from '../../../migrations';
import { connect } from './connect';
import type { Dialect } from './dialect';
import { unguarded } from './write-guard';

/** Brings the schema to the newest migration. Two processes that start together migrate once. */
export async function prepareSchema(dialect: Dialect): Promise<void> {
  await unguarded(() =>
    dialect.exclusively(async () => {
      await dialect.dataSource.runMigrations({ transaction: 'each' });
    }),
  );
}

/** Opens a database by URL, migrates it and closes it again. */
export async function migrate(url: string): Promise<void> {
  const dialect = connect(new Config({ NODE_ENV: 'test', DATABASE_URL: url }), [], migrations);
  await dialect.dataSource.initialize();
  try {
    await prepareSchema(dialect);
  } finally {
    await dialect.dataSource.destroy();
  }
}
