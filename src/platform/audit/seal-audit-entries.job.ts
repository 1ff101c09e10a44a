import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../jobs/job';
import { AuditSealing } from './audit-sealing';

@Injectable()
@Job({
  name: 'audit:seal',
  cron: '* * * * *',
  summary: 'Chains new entries of the audit log, so that a later change of an entry is found',
})
export class SealAuditEntries implements RunnableJob {
  constructor(private readonly sealing: AuditSealing) {}

  run(): Promise<JobReport | null> {
    return this.sealing.sealAll();
  }
}
