import { DynamicModule, Global, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Config } from '../config/config';
import { createDialect } from './dialect-factory';
import { Database } from './database';
import type { Dialect } from './dialect';
import { migrate, prepareSchema } from './schema/migrate';
import { requireKnownSchema } from './schema/schema-version';

const dialects = new WeakMap<DataSource, Dialect>();

/** The one database of the application. Modules register their tables with `TypeOrmModule.forFeature([...])`. */
@Global()
@Module({})
export class DatabaseModule {
  static of(config: Config, migrations: DataSourceOptions['migrations']): DynamicModule {
    const open = async (options?: DataSourceOptions): Promise<DataSource> => {
      const dialect = createDialect(config, options?.entities, migrations);
      const { DATABASE_DIRECT_URL: directUrl } = config.settings;
      await dialect.dataSource.initialize();
      try {
        await requireKnownSchema(dialect, config.settings.DATABASE_NEWER_SCHEMA === 'accept');
        // With a pooler, migrations use the direct URL. They change session settings, and a pooler would pass the session on to another client.
        await (directUrl ? migrate(directUrl, migrations) : prepareSchema(dialect));
      } catch (error) {
        await dialect.dataSource.destroy();
        throw error;
      }
      dialects.set(dialect.dataSource, dialect);
      return dialect.dataSource;
    };
    const typeorm = TypeOrmModule.forRootAsync({
      useFactory: () => ({ type: 'postgres', autoLoadEntities: true, retryAttempts: 0 }),
      dataSourceFactory: open,
    });
    const database = {
      provide: Database,
      inject: [getDataSourceToken()],
      useFactory: (source: DataSource) => new Database(dialects.get(source) as Dialect),
    };
    return { module: DatabaseModule, imports: [typeorm], providers: [database], exports: [Database] };
  }
}
