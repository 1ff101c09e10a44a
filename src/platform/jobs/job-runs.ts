import { Injectable } from '@nestjs/common';
import { int } from '../database/columns';
import { Database } from '../database/database';
import { Clock } from '../time/clock';
import type { JobReport } from './job';

/** The record of what jobs did. */
@Injectable()
export class JobRuns {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Runs `work` and keeps its outcome under the id that `start` gave. */
  async record(id: number, work: () => Promise<JobReport | null>): Promise<JobReport> {
    try {
      const report = await work();
      await (report ? this.finish(id, 'done', report, '') : this.forget(id));
      return report ?? {};
    } catch (error) {
      await this.finish(id, 'failed', {}, error instanceof Error ? (error.stack ?? error.message) : String(error));
      throw error;
    }
  }

  /** The caller holds the job's lease, so an unfinished run of it lost its process. */
  async start(job: string, holder: string): Promise<{ id: number; startedAt: Date }> {
    const startedAt = this.clock.now();
    const id = await this.insert(job, holder, startedAt);
    return { id, startedAt };
  }

  private insert(job: string, holder: string, startedAt: Date): Promise<number> {
    return this.database.transaction(async () => {
      await this.database.run("UPDATE platform_job_run SET outcome = 'lost' WHERE job = $1 AND outcome = 'running'", [
        job,
      ]);
      const row = await this.database.row(
        { id: int },
        `INSERT INTO platform_job_run (job, holder, started_at, outcome, report, error)
         VALUES ($1, $2, $3, 'running', $4, '') RETURNING id`,
        [job, holder, startedAt, {}],
      );
      return row?.id as number;
    });
  }

  private async forget(id: number): Promise<void> {
    await this.database.transaction(() => this.database.run('DELETE FROM platform_job_run WHERE id = $1', [id]));
  }

  private async finish(id: number, outcome: 'done' | 'failed', report: JobReport, error: string): Promise<void> {
    await this.database.transaction(() =>
      this.database.run(
        'UPDATE platform_job_run SET finished_at = $2, outcome = $3, report = $4, error = $5 WHERE id = $1',
        [id, this.clock.now(), outcome, report, error.slice(0, 4_000)],
      ),
    );
  }
}
