import { DynamicModule, Module } from '@nestjs/common';
import type { DataSourceOptions } from 'typeorm';
import { AuditModule } from './audit/audit.module';
import { AuthModule } from './auth/auth.module';
import { CacheModule } from './cache/cache.module';
import type { Config } from './config/config';
import { ConfigModule } from './config/config.module';
import { DataModule } from './data/data.module';
import { DatabaseModule } from './database/database.module';
import { EventsModule } from './events/events.module';
import { FilesModule } from './files/files.module';
import { FindingsModule } from './findings/findings.module';
import { HttpModule } from './http/http.module';
import { JobsModule } from './jobs/jobs.module';
import { MailModule } from './mail/mail.module';
import { MetricsModule } from './metrics/metrics.module';
import { OutgoingHttpModule } from './outgoing-http/outgoing-http.module';
import { SignalsModule } from './signals/signals.module';
import { TelemetryModule } from './telemetry/telemetry.module';
import { TimeModule } from './time/time.module';

/** The modules of the platform, which every other module may use. */
@Module({})
export class PlatformModule {
  static of(config: Config, migrations: DataSourceOptions['migrations']): DynamicModule {
    const platformModules = [
      TelemetryModule,
      TimeModule,
      EventsModule,
      JobsModule,
      SignalsModule,
      HttpModule,
      AuthModule,
      AuditModule,
      MetricsModule,
      FindingsModule,
      CacheModule,
      DataModule,
      MailModule,
      FilesModule,
      OutgoingHttpModule,
    ];
    return {
      module: PlatformModule,
      imports: [ConfigModule.of(config), DatabaseModule.of(config, migrations), ...platformModules],
    };
  }
}
