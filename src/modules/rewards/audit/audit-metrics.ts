import { Injectable } from '@nestjs/common';
import { jsonOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Metrics } from '../../../platform/metrics/metrics';
import { LedgerAudit } from './ledger-audit';

/**
 * Reports the violations that the last audit found to Prometheus. The audit succeeds when it finds some, so the metrics of jobs
 * do not show them. The counts come from the record of the run, so that every process reports the same.
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
      violations.reset();
      for (const [invariant, count] of await this.lastCounts()) violations.set({ invariant }, count);
    });
  }

  /** Empty before the first audit. */
  private async lastCounts(): Promise<[string, number][]> {
    const sql = `SELECT report FROM platform_job_run WHERE job = 'rewards:audit' AND outcome = 'done'
      ORDER BY started_at DESC, id DESC LIMIT 1`;
    const run = await this.database.row({ report: jsonOf<Record<string, unknown>>() }, sql);
    const invariants = run ? Object.keys(this.audit.invariants) : [];
    return invariants.map((invariant) => [invariant, Number(run!.report[invariant] ?? 0)]);
  }
}
