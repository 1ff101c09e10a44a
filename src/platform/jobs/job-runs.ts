import { Injectable, Logger } from '@nestjs/common';
import { AuditLog, type AuditActor } from '../audit/audit-log';
import { instant, int } from '../database/columns';
import { Database } from '../database/database';
import { errorText } from '../errors/loggable-error';
import type { JobReport } from './job';
import { JobNotConfigured } from './jobs.errors';

export interface StartedRun {
  id: number;
  job: string;
  holder: string;
  startedAt: Date;
  /** True if a person started the run. Such a run is recorded even if it found nothing to do. */
  isManual: boolean;
}

/**
 * After this number of failures in a row a lost run is not started again before its next tick, because the job itself may be what
 * kills the process. A run is lost if its process died.
 */
const maxLossesInARow = 3;

/**
 * Writes the records of runs, and one row for each job with its present state. All times are from the database's clock, because all
 * processes share this clock.
 */
@Injectable()
export class JobRuns {
  private readonly log = new Logger('Jobs');

  constructor(
    private readonly database: Database,
    private readonly auditLog: AuditLog,
  ) {}

  /** Runs `work` and records its result or its error. */
  async record(run: StartedRun, work: () => Promise<JobReport | null>): Promise<JobReport> {
    try {
      const report = await work();
      const reportOfIdleRun = run.isManual ? {} : null;
      await this.finish(run, 'done', report ?? reportOfIdleRun, '');
      return report ?? {};
    } catch (error) {
      // A configuration error is recorded without its stack trace, because the program has no bug.
      const reason = error instanceof JobNotConfigured ? error.message : errorText(error);
      await this.finish(run, 'failed', {}, reason.slice(0, 4_000));
      throw error;
    }
  }

  /** Records a run as started. `starter` is who started it; null if the schedule did. The caller holds the job's lease, so an earlier run that is still recorded as running is lost. */
  async start(job: string, holder: string, starter: AuditActor | null): Promise<StartedRun> {
    const started = await this.database.transaction(async () => {
      const markLostSql = "UPDATE platform_job_run SET outcome = 'lost' WHERE job = $1 AND outcome = 'running'";
      const isPreviousLost = (await this.database.run(markLostSql, [job])) > 0;
      const startedAt = await this.markStarted(job, holder, isPreviousLost ? 1 : 0);
      const row = await this.database.row(
        { id: int },
        `INSERT INTO platform_job_run (job, holder, started_at, outcome, report, error)
         VALUES ($1, $2, $3, 'running', $4, '') RETURNING id`,
        [job, holder, startedAt, {}],
      );
      if (starter) this.auditLog.record({ action: 'operations.job-started', object: ['jobs', job], actor: starter });
      return { id: row?.id as number, startedAt, isPreviousLost };
    });
    if (started.isPreviousLost) this.log.error(`The previous run of ${job} was lost, because its process died`);
    return { id: started.id, job, holder, startedAt: started.startedAt, isManual: starter !== null };
  }

  /** Makes the ticks of lost runs available again, so that the first process that polls runs them. */
  async reopenTicks(): Promise<void> {
    await this.database.transaction(() =>
      this.database.run(
        `UPDATE platform_lease SET slot = $1 WHERE slot > $1 AND expires_at <= ${this.database.dialect.nowSql} AND name IN
           (SELECT 'job:' || job FROM platform_job WHERE outcome = 'running' AND failures_in_a_row < ${maxLossesInARow})`,
        [new Date(0)],
      ),
    );
  }

  private async markStarted(job: string, holder: string, newFailureCount: number): Promise<Date> {
    const row = await this.database.row(
      { startedAt: instant },
      `INSERT INTO platform_job AS j (job, holder, started_at, outcome, failures, failures_in_a_row)
       VALUES ($1, $2, ${this.database.dialect.nowSql}, 'running', $3, $4)
       ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, started_at = excluded.started_at, finished_at = NULL,
         outcome = 'running', error = '', failures = j.failures + excluded.failures,
         failures_in_a_row = j.failures_in_a_row + excluded.failures_in_a_row
       RETURNING started_at AS "startedAt"`,
      [job, holder, newFailureCount, newFailureCount],
    );
    return row!.startedAt;
  }

  /** Records the end of a run. If the report is null, the record is deleted, so that a job that runs every minute does not fill the history. */
  private async finish(
    run: StartedRun,
    outcome: 'done' | 'failed',
    report: JobReport | null,
    error: string,
  ): Promise<void> {
    await this.database.transaction(async () => {
      const now = await this.markFinished(run, outcome, error);
      if (report === null) {
        await this.database.run('DELETE FROM platform_job_run WHERE id = $1', [run.id]);
        return;
      }
      const sql = 'UPDATE platform_job_run SET finished_at = $2, outcome = $3, report = $4, error = $5 WHERE id = $1';
      await this.database.run(sql, [run.id, now, outcome, report, error]);
    });
  }

  /** Updates the state of the job, unless another run has started meanwhile. @returns the current time */
  private async markFinished(
    { job, holder, startedAt }: StartedRun,
    outcome: 'done' | 'failed',
    error: string,
  ): Promise<Date> {
    const row = await this.database.row({ now: instant }, `SELECT ${this.database.dialect.nowSql} AS now`);
    const { now } = row!;
    const changesSql =
      outcome === 'done'
        ? 'succeeded_at = $4, failures_in_a_row = 0'
        : 'failures = failures + 1, failures_in_a_row = failures_in_a_row + 1';
    await this.database.run(
      `UPDATE platform_job SET finished_at = $4, outcome = $5, error = $6, ${changesSql}
       WHERE job = $1 AND holder = $2 AND started_at = $3 AND outcome = 'running'`,
      [job, holder, startedAt, now, outcome, error],
    );
    return now;
  }
}
