import { Injectable } from '@nestjs/common';
import { instant, int, jsonOf, nullable } from '../database/columns';
import { Database } from '../database/database';
import { formatDuration, type Finding } from '../findings/finding';
import { FindingSources, type FindingSource } from '../findings/finding-sources';
import { Metrics } from '../metrics/metrics';
import { Clock } from '../time/clock';

const maxDelayMs = 10 * 60_000;

interface LastVerification {
  brokenAt: number | null;
  problem: string;
}

/** Reports a broken chain, and entries that are not sealed, as findings and metrics. */
@Injectable()
export class AuditFindings implements FindingSource {
  constructor(
    sources: FindingSources,
    metrics: Metrics,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    sources.register(this);
    // A monitor that keeps this number notices when it becomes smaller, even if somebody has changed the whole database.
    const head = metrics.gauge('teoart_audit_sequence', 'Sequence of the last sealed entry of the audit log');
    const sealedAt = metrics.gauge('teoart_audit_sealed_timestamp_seconds', 'When entries were last sealed');
    const oldest = metrics.gauge('teoart_audit_unsealed_oldest_seconds', 'Age of the oldest entry that is not sealed');
    const broken = metrics.gauge('teoart_audit_broken', '1 if the last verification found a break, otherwise 0');
    metrics.onScrape(async () => {
      const { sequence, lastSealedAt, oldestMs } = await this.measure();
      head.set(sequence);
      if (lastSealedAt) sealedAt.set(lastSealedAt.getTime() / 1_000);
      oldest.set(oldestMs / 1_000);
      broken.set((await this.findBreak()) ? 1 : 0);
    });
  }

  async findings(): Promise<Finding[]> {
    const findings: Finding[] = [];
    const lastBreak = await this.findBreak();
    if (lastBreak)
      findings.push({
        kind: 'broken-audit-log',
        severity: 'critical',
        subject: `entry ${lastBreak.brokenAt}`,
        explanation: `The audit log is broken at entry ${lastBreak.brokenAt}: ${lastBreak.problem}. Somebody has changed the table without the application. See docs/operations/audit-log.md.`,
        mend: '-- node dist/src/cli.js audit:verify',
      });
    const { lastSealedAt, oldestMs } = await this.measure();
    if (oldestMs > maxDelayMs)
      findings.push({
        kind: 'unsealed-audit-log',
        severity: 'warning',
        subject: 'audit:seal',
        explanation: `The oldest entry of the audit log that is not sealed is ${formatDuration(oldestMs)} old. Entries were last sealed ${lastSealedAt ? `at ${lastSealedAt.toISOString()}` : 'never'}. Until it is sealed, a change of it is not found. Check that a process runs with WORKER=on, and the last error of the job.`,
        mend: '-- node dist/src/cli.js job audit:seal',
      });
    return findings;
  }

  private async measure(): Promise<{ sequence: number; lastSealedAt: Date | null; oldestMs: number }> {
    const row = await this.database.row(
      { sequence: nullable(int), lastSealedAt: nullable(instant), oldest: nullable(instant) },
      `SELECT (SELECT max(sequence) FROM platform_auditentry) AS sequence,
         (SELECT sealed_at FROM platform_audithead) AS "lastSealedAt",
         (SELECT min(happened_at) FROM platform_auditentry WHERE sequence IS NULL) AS oldest`,
    );
    const { sequence, lastSealedAt, oldest } = row!;
    const oldestMs = oldest ? Math.max(0, this.clock.now().getTime() - oldest.getTime()) : 0;
    return { sequence: sequence ?? 0, lastSealedAt, oldestMs };
  }

  /** Reads the stored report of the job, so that every process reports the same. */
  private async findBreak(): Promise<LastVerification | null> {
    const sql = `SELECT report FROM platform_job_run WHERE job = 'audit:verify' AND outcome = 'done'
      ORDER BY started_at DESC, id DESC LIMIT 1`;
    const last = await this.database.row({ report: jsonOf<LastVerification>() }, sql);
    return last && last.report.brokenAt !== null ? last.report : null;
  }
}
