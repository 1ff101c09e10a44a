import { Module } from '@nestjs/common';
import { BackupModule } from './backup/backup.module';
import { FixturesModule } from './fixtures/fixtures.module';
import { MonitoringModule } from './monitoring/monitoring.module';

/** What an operator does to a running school. It stands on the platform, and no module imports it. */
@Module({ imports: [BackupModule, FixturesModule, MonitoringModule] })
export class OperationsModule {}
