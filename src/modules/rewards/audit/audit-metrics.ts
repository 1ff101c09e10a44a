import { Injectable } from '@nestjs/common';
import { jsonOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Metrics } from '../../../platform/metrics/metrics';
import { LedgerAudit } from './ledger-audit';

/**
 * Reports to Prometheus how many violations the last audit found. The metrics of jobs do not show them, because the audit job
 * succeeds even if it finds violations. The counts are read from the stored report of the job, so that every process reports the same.
 */
@Injectable()
export class AuditMetrics {
  constructor(
    metrics: Metrics,
    private readonly database: Database,
    private readonly audit: LedgerAudit,
  ) {
    const help = 'Violations that the last audit of the ledger found, by invariant';
    const violations = metrics.gauge('teoart_ledger_violations', help, ['invariant']);
    metrics.onScrape(async () => {
      const counts = await this.findLastCounts();
      // After the read, so that a concurrent scrape never sees the metric without values.
      violations.reset();
      for (const [invariant, count] of counts) violations.set({ invariant }, count);
    });
  }

  /** Returns each invariant with its count, or an empty list before the first audit. */
  private async findLastCounts(): Promise<[string, number][]> {
    const sql = `SELECT report FROM platform_job_run WHERE job = 'rewards:audit' AND outcome = 'done'
      ORDER BY started_at DESC, id DESC LIMIT 1`;
    const lastRun = await this.database.row({ report: jsonOf<Record<string, unknown>>() }, sql);
    if (!lastRun) return [];
    // An invariant that is newer than the last audit was not checked yet, so it has no count.
    const invariants = Object.keys(this.audit.invariants).filter((invariant) => invariant in lastRun.report);
    return invariants.map((invariant) => [invariant, Number(lastRun.report[invariant])]);
  }
}
