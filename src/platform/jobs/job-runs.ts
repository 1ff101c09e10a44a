import { Injectable, Logger } from '@nestjs/common';
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
  /** A run that somebody asked for is recorded even where it found nothing to do. */
  isAskedFor: boolean;
}

/** What kills its process is not begun again and again: after so many failures in a row it waits for its tick. */
const maxLossesInARow = 3;

/**
 * The record of what jobs did, and beside it one row for each job that says how it stands. When, the database's clock says:
 * the one that all processes share.
 */
@Injectable()
export class JobRuns {
  private readonly log = new Logger('Jobs');

  constructor(private readonly database: Database) {}

  /** Runs `work` and keeps its outcome. */
  async record(run: StartedRun, work: () => Promise<JobReport | null>): Promise<JobReport> {
    try {
      const report = await work();
      await this.finish(run, 'done', report ?? (run.isAskedFor ? {} : null), '');
      return report ?? {};
    } catch (error) {
      // Where the configuration is at fault, no place in the program is.
      const reason = error instanceof JobNotConfigured ? error.message : errorText(error);
      await this.finish(run, 'failed', {}, reason.slice(0, 4_000));
      throw error;
    }
  }

  /** The caller holds the job's lease, so an unfinished run of it lost its process. */
  async start(job: string, holder: string, isAskedFor: boolean): Promise<StartedRun> {
    const begun = await this.database.transaction(async () => {
      const lostSql = "UPDATE platform_job_run SET outcome = 'lost' WHERE job = $1 AND outcome = 'running'";
      const lost = (await this.database.run(lostSql, [job])) > 0 ? 1 : 0;
      const startedAt = await this.begun(job, holder, lost);
      const row = await this.database.row(
        { id: int },
        `INSERT INTO platform_job_run (job, holder, started_at, outcome, report, error)
         VALUES ($1, $2, $3, 'running', $4, '') RETURNING id`,
        [job, holder, startedAt, {}],
      );
      return { id: row?.id as number, startedAt, lost };
    });
    if (begun.lost) this.log.error(`The run of ${job} before this one has died with its process`);
    return { id: begun.id, job, holder, startedAt: begun.startedAt, isAskedFor };
  }

  /** The ticks of runs whose process died are open again, and whoever looks first takes them. */
  async reopenTicks(): Promise<void> {
    await this.database.transaction(() =>
      this.database.run(
        `UPDATE platform_lease SET slot = $1 WHERE slot > $1 AND expires_at <= ${this.database.dialect.now} AND name IN
           (SELECT 'job:' || job FROM platform_job WHERE outcome = 'running' AND failures_in_a_row < ${maxLossesInARow})`,
        [new Date(0)],
      ),
    );
  }

  private async begun(job: string, holder: string, lost: number): Promise<Date> {
    const row = await this.database.row(
      { startedAt: instant },
      `INSERT INTO platform_job AS j (job, holder, started_at, outcome, failures, failures_in_a_row)
       VALUES ($1, $2, ${this.database.dialect.now}, 'running', $3, $4)
       ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, started_at = excluded.started_at, finished_at = NULL,
         outcome = 'running', error = '', failures = j.failures + excluded.failures,
         failures_in_a_row = j.failures_in_a_row + excluded.failures_in_a_row
       RETURNING started_at AS "startedAt"`,
      [job, holder, lost, lost],
    );
    return row!.startedAt;
  }

  /** A report of null leaves no record, so that a job of every minute does not hide the others' history. */
  private async finish(
    run: StartedRun,
    outcome: 'done' | 'failed',
    report: JobReport | null,
    error: string,
  ): Promise<void> {
    await this.database.transaction(async () => {
      const now = await this.ended(run, outcome, error);
      if (report === null)
        return void (await this.database.run('DELETE FROM platform_job_run WHERE id = $1', [run.id]));
      const sql = 'UPDATE platform_job_run SET finished_at = $2, outcome = $3, report = $4, error = $5 WHERE id = $1';
      await this.database.run(sql, [run.id, now, outcome, report, error]);
    });
  }

  /** Nothing where a successor has begun meanwhile. Gives when that was. */
  private async ended(
    { job, holder, startedAt }: StartedRun,
    outcome: 'done' | 'failed',
    error: string,
  ): Promise<Date> {
    const { now } = (await this.database.row({ now: instant }, `SELECT ${this.database.dialect.now} AS now`))!;
    const how =
      outcome === 'done'
        ? 'succeeded_at = $4, failures_in_a_row = 0'
        : 'failures = failures + 1, failures_in_a_row = failures_in_a_row + 1';
    await this.database.run(
      `UPDATE platform_job SET finished_at = $4, outcome = $5, error = $6, ${how}
       WHERE job = $1 AND holder = $2 AND started_at = $3 AND outcome = 'running'`,
      [job, holder, startedAt, now, outcome, error],
    );
    return now;
  }
}
