import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../../platform/config/config';
import { Database } from '../../platform/database/database';
import { Metrics } from '../../platform/metrics/metrics';
import { DatabaseMetrics } from './database-metrics';
import { DatabaseReport } from './database-report';
import { Diagnosis } from './diagnosis/diagnosis';
import { PostgresInspector } from './engines/postgres-inspector';
import { SqliteInspector } from './engines/sqlite-inspector';
import { SampleHistory } from './samples/sample-history';
import { Incidents } from './incidents';
import { Inspector } from './inspector';
import { OperationsController } from './operations.controller';
import { OperationsPage } from './operations-page';
import { QueryPlans } from './queries/query-plans';
import { ProcessSampler } from './samples/process-sampler';
import { QueryReport } from './queries/query-report';
import { QueryStatistics } from './queries/query-statistics';
import { SampleDatabase } from './samples/sample-database.job';
import { Sample } from './samples/sample.entity';
import { BackgroundWorkFindings } from './diagnosis/background-work-findings';

const inspector = {
  provide: Inspector,
  inject: [Database, Config],
  useFactory: (database: Database, { settings }: Config): Inspector =>
    database.dialect.engine === 'postgres'
      ? new PostgresInspector(database, settings.DATABASE_VOLUME_BYTES)
      : new SqliteInspector(database),
};

/** Monitors the database: its statements, the routes that send them, and problems. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Sample])],
  controllers: [OperationsController],
  providers: [
    inspector,
    Incidents,
    QueryStatistics,
    QueryPlans,
    SampleHistory,
    Diagnosis,
    QueryReport,
    DatabaseReport,
    SampleDatabase,
    ProcessSampler,
    DatabaseMetrics,
    OperationsPage,
    BackgroundWorkFindings,
  ],
  exports: [Incidents, QueryStatistics],
})
export class MonitoringModule {
  constructor(metrics: Metrics, databaseMetrics: DatabaseMetrics) {
    databaseMetrics.register(metrics);
  }
}
