import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { Clock } from '../time/clock';
import { Job, type JobReport, type RunnableJob } from './job';

const keepMs = 30 * 86_400_000;

@Injectable()
@Job({
  name: 'platform:expire-job-runs',
  cron: '10 3 * * *',
  summary: 'Deletes the records of runs older than 30 days',
})
export class ExpireJobRuns implements RunnableJob {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<JobReport> {
    const before = new Date(this.clock.now().getTime() - keepMs);
    const sql = "DELETE FROM platform_job_run WHERE started_at < $1 AND outcome <> 'running'";
    return { deleted: await this.database.transaction(() => this.database.run(sql, [before])) };
  }
}
