import { Module } from '@nestjs/common';
import { AuditEntriesController } from './audit-entries.controller';
import { AuditEntries } from './audit-entries.query';

/** Shows the audit log to administrators. */
@Module({ controllers: [AuditEntriesController], providers: [AuditEntries] })
export class AuditAdministrationModule {}
