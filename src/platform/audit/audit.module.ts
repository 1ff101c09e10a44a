import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditCopies } from './audit-copies';
import { AuditEntry, AuditHead } from './audit-entry.entity';
import { AuditFindings } from './audit-findings';
import { AuditGuard } from './audit-guard';
import { AuditLog } from './audit-log';
import { AuditSealing } from './audit-sealing';
import { AuditVerification } from './audit-verification';
import { SealAuditEntries } from './seal-audit-entries.job';
import { VerifyAuditLog } from './verify-audit-log.job';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditEntry, AuditHead])],
  providers: [
    AuditCopies,
    AuditFindings,
    AuditGuard,
    AuditLog,
    AuditSealing,
    AuditVerification,
    SealAuditEntries,
    VerifyAuditLog,
  ],
  exports: [AuditLog, AuditVerification],
})
export class AuditModule {}
