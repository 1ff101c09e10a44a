import { Module } from '@nestjs/common';
import { BackupModule } from './backup/backup.module';
import { FixturesModule } from './fixtures/fixtures.module';
import { JobsAdministrationModule } from './jobs/jobs-administration.module';
import { MailAdministrationModule } from './mail/mail-administration.module';
import { MonitoringModule } from './monitoring/monitoring.module';
import { OutboxAdministrationModule } from './outbox/outbox-administration.module';

/**
 * The tools of an operator: backup, dump and load, monitoring, jobs, mails and undelivered events. The module depends only on the platform,
 * and no other module imports it.
 */
@Module({
  imports: [
    BackupModule,
    FixturesModule,
    JobsAdministrationModule,
    MailAdministrationModule,
    MonitoringModule,
    OutboxAdministrationModule,
  ],
})
export class OperationsModule {}
