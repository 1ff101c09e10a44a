import { DynamicModule, Module } from '@nestjs/common';
import type { DataSourceOptions } from 'typeorm';
import { AuthModule } from './auth/auth.module';
import type { Config } from './config/config';
import { ConfigModule } from './config/config.module';
import { BackupModule } from './data/backup/backup.module';
import { DataModule } from './data/data.module';
import { DatabaseModule } from './database/database.module';
import { EventsModule } from './events/events.module';
import { HttpModule } from './http/http.module';
import { JobsModule } from './jobs/jobs.module';
import { MetricsModule } from './metrics/metrics.module';
import { MonitoringModule } from './monitoring/monitoring.module';
import { SignalsModule } from './signals/signals.module';
import { TelemetryModule } from './telemetry/telemetry.module';
import { TimeModule } from './time/time.module';

/** The rooms every module may count on. */
@Module({})
export class PlatformModule {
  static of(config: Config, migrations: DataSourceOptions['migrations']): DynamicModule {
    const operations = [MetricsModule, DataModule, BackupModule, MonitoringModule];
    const rooms = [TelemetryModule, TimeModule, EventsModule, JobsModule, SignalsModule, HttpModule, AuthModule];
    return {
      module: PlatformModule,
      imports: [ConfigModule.of(config), DatabaseModule.of(config, migrations), ...rooms, ...operations],
    };
  }
}
