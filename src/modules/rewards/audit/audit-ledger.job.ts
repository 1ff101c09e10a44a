import { Injectable, Logger } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { LedgerAudit, sumOfCounts } from './ledger-audit';

/** Reports violations and repairs nothing, because an administrator must decide how a balance is corrected. */
@Injectable()
@Job({
  name: 'rewards:audit',
  cron: '40 3 * * *',
  summary: 'Checks the TeoCoin ledger against its invariants and reports each violation',
})
export class AuditLedger implements RunnableJob {
  private readonly log = new Logger('Ledger audit');

  constructor(private readonly audit: LedgerAudit) {}

  async run(): Promise<JobReport> {
    const { people, transactions, counts, violations } = await this.audit.run();
    for (const violation of violations) this.log.error(this.audit.describeViolation(violation));
    const listedViolations = violations.map((violation) => ({
      ...violation,
      rule: this.audit.describe(violation.invariant),
    }));
    return {
      people,
      transactions,
      violations: sumOfCounts(counts),
      ...counts,
      listed: JSON.stringify(listedViolations),
      invariants: this.nameInvariants(),
    };
  }

  /** Names all invariants, because the other fields of the report contain only their numbers. */
  private nameInvariants(): string {
    const numbersWithNames = Object.entries(this.audit.invariants).map(([invariant, name]) => `${invariant}, ${name}`);
    return `${numbersWithNames.join('; ')}: docs/invariants.md`;
  }
}
