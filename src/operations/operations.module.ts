import { Module } from '@nestjs/common';
import { BackupModule } from './backup/backup.module';
import { FixturesModule } from './fixtures/fixtures.module';
import { MonitoringModule } from './monitoring/monitoring.module';

/** The tools of an operator: backup, dump and load, monitoring. It depends on the platform only, and no module imports it. */
@Module({ imports: [BackupModule, FixturesModule, MonitoringModule] })
export class OperationsModule {}
