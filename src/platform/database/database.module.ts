import { DynamicModule, Global, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Config } from '../config/config';
import { connect } from './dialect-factory';
import { Database } from './database';
import type { Dialect } from './dialect';
import { migrate, prepareSchema } from './schema/migrate';
import { requireKnownSchema } from './schema/schema-version';

const dialects = new WeakMap<DataSource, Dialect>();

/** The one database of the application. Modules bring their tables with `TypeOrmModule.forFeature([...])`. */
@Global()
@Module({})
export class DatabaseModule {
  static of(config: Config, migrations: DataSourceOptions['migrations']): DynamicModule {
    const open = async (options?: DataSourceOptions): Promise<DataSource> => {
      const dialect = connect(config, options?.entities, migrations);
      const { DATABASE_DIRECT_URL: directUrl } = config.settings;
      await dialect.dataSource.initialize();
      try {
        await requireKnownSchema(dialect, config.settings.DATABASE_NEWER_SCHEMA === 'accept');
        // Words for tables in use need settings of their session, which a pooler would give to somebody else.
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
