import { Module } from '@nestjs/common';
import { AuditAdministrationModule } from './audit/audit-administration.module';
import { BackupModule } from './backup/backup.module';
import { FixturesModule } from './fixtures/fixtures.module';
import { JobsAdministrationModule } from './jobs/jobs-administration.module';
import { MailAdministrationModule } from './mail/mail-administration.module';
import { MonitoringModule } from './monitoring/monitoring.module';
import { OutboxAdministrationModule } from './outbox/outbox-administration.module';

/**
 * The tools of an operator: backup, dump and load, monitoring, jobs, mails, undelivered events and the audit log. The module depends only on the platform,
 * and no other module imports it.
 */
@Module({
  imports: [
    AuditAdministrationModule,
    BackupModule,
    FixturesModule,
    JobsAdministrationModule,
    MailAdministrationModule,
    MonitoringModule,
    OutboxAdministrationModule,
  ],
})
export class OperationsModule {}
