import { Injectable, Logger } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../jobs/job';
import { AuditVerification } from './audit-verification';

@Injectable()
@Job({
  name: 'audit:verify',
  cron: '50 3 * * *',
  summary: 'Computes the chain of the audit log again, and reports the first entry that does not fit',
})
export class VerifyAuditLog implements RunnableJob {
  private readonly log = new Logger('Audit log');

  constructor(private readonly verification: AuditVerification) {}

  async run(): Promise<JobReport> {
    const { firstBreak, ...counts } = await this.verification.verify();
    if (firstBreak) this.log.error(`The audit log is broken at entry ${firstBreak.sequence}: ${firstBreak.problem}`);
    return { ...counts, brokenAt: firstBreak?.sequence ?? null, problem: firstBreak?.problem ?? '' };
  }
}
