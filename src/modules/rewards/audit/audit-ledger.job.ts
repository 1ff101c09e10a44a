import { Injectable, Logger } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { LedgerAudit } from './ledger-audit';

/** Reports violations and repairs nothing, because people decide about corrections of balances. */
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
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const listed = violations.map((violation) => ({ ...violation, rule: this.audit.describe(violation.invariant) }));
    return {
      people,
      transactions,
      violations: total,
      ...counts,
      listed: JSON.stringify(listed),
      invariants: this.legend(),
    };
  }

  /** The report counts by number. This text says what each number stands for. */
  private legend(): string {
    const named = Object.entries(this.audit.invariants).map(([invariant, name]) => `${invariant}, ${name}`);
    return `${named.join('; ')}: docs/invariants.md`;
  }
}
