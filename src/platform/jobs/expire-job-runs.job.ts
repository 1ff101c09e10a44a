import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { Job, type JobReport, type RunnableJob } from './job';

const retentionMs = 30 * 86_400_000;

@Injectable()
@Job({
  name: 'platform:expire-job-runs',
  cron: '10 3 * * *',
  summary: 'Deletes the records of job runs that are older than 30 days',
})
export class ExpireJobRuns implements RunnableJob {
  constructor(private readonly database: Database) {}

  async run(): Promise<JobReport> {
    const oldestKeptSql = this.database.dialect.nowPlusMsSql('$1');
    const sql = `DELETE FROM platform_job_run WHERE started_at < ${oldestKeptSql} AND outcome <> 'running'`;
    return { deleted: await this.database.transaction(() => this.database.run(sql, [-retentionMs])) };
  }
}
