import { Injectable } from '@nestjs/common';
import { int } from '../database/columns';
import { Database } from '../database/database';
import { errorText } from '../errors/loggable-error';
import { Clock } from '../time/clock';
import type { JobReport } from './job';

export interface StartedRun {
  id: number;
  job: string;
  holder: string;
  startedAt: Date;
  /** A run that somebody asked for is recorded even where it found nothing to do. */
  isAskedFor: boolean;
}

/** The record of what jobs did, and beside it one row for each job that says how it stands. */
@Injectable()
export class JobRuns {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Runs `work` and keeps its outcome. */
  async record(run: StartedRun, work: () => Promise<JobReport | null>): Promise<JobReport> {
    try {
      const report = await work();
      await this.finish(run, 'done', report ?? (run.isAskedFor ? {} : null), '');
      return report ?? {};
    } catch (error) {
      await this.finish(run, 'failed', {}, errorText(error).slice(0, 4_000));
      throw error;
    }
  }

  /** The caller holds the job's lease, so an unfinished run of it lost its process. */
  async start(job: string, holder: string, isAskedFor: boolean): Promise<StartedRun> {
    const startedAt = this.clock.now();
    const id = await this.database.transaction(async () => {
      const lost = "UPDATE platform_job_run SET outcome = 'lost' WHERE job = $1 AND outcome = 'running'";
      await this.begun(job, holder, startedAt, (await this.database.run(lost, [job])) > 0 ? 1 : 0);
      const row = await this.database.row(
        { id: int },
        `INSERT INTO platform_job_run (job, holder, started_at, outcome, report, error)
         VALUES ($1, $2, $3, 'running', $4, '') RETURNING id`,
        [job, holder, startedAt, {}],
      );
      return row?.id as number;
    });
    return { id, job, holder, startedAt, isAskedFor };
  }

  private async begun(job: string, holder: string, startedAt: Date, lost: number): Promise<void> {
    await this.database.run(
      `INSERT INTO platform_job AS j (job, holder, started_at, outcome, failures, failures_in_a_row)
       VALUES ($1, $2, $3, 'running', $4, $5)
       ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, started_at = excluded.started_at, finished_at = NULL,
         outcome = 'running', error = '', failures = j.failures + excluded.failures,
         failures_in_a_row = j.failures_in_a_row + excluded.failures_in_a_row`,
      [job, holder, startedAt, lost, lost],
    );
  }

  /** A report of null leaves no record, so that a job of every minute does not hide the others' history. */
  private async finish(
    run: StartedRun,
    outcome: 'done' | 'failed',
    report: JobReport | null,
    error: string,
  ): Promise<void> {
    const now = this.clock.now();
    await this.database.transaction(async () => {
      await this.ended(run, outcome, now, error);
      if (report === null)
        return void (await this.database.run('DELETE FROM platform_job_run WHERE id = $1', [run.id]));
      const sql = 'UPDATE platform_job_run SET finished_at = $2, outcome = $3, report = $4, error = $5 WHERE id = $1';
      await this.database.run(sql, [run.id, now, outcome, report, error]);
    });
  }

  /** Nothing where a successor has begun meanwhile. */
  private async ended(
    { job, holder, startedAt }: StartedRun,
    outcome: 'done' | 'failed',
    now: Date,
    error: string,
  ): Promise<void> {
    const how =
      outcome === 'done'
        ? 'succeeded_at = $4, failures_in_a_row = 0'
        : 'failures = failures + 1, failures_in_a_row = failures_in_a_row + 1';
    await this.database.run(
      `UPDATE platform_job SET finished_at = $4, outcome = $5, error = $6, ${how}
       WHERE job = $1 AND holder = $2 AND started_at = $3 AND outcome = 'running'`,
      [job, holder, startedAt, now, outcome, error],
    );
  }
}
