import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { Streaks } from './streaks';

/** Runs four times an hour, because in some time zones a day ends at a quarter past or a quarter to the hour. */
@Injectable()
@Job({
  name: 'progress:recompute-streaks',
  cron: '1,16,31,46 * * * *',
  summary: 'Ends broken streaks and recomputes the streaks of recently active learners',
})
export class RecomputeStreaks implements RunnableJob {
  constructor(private readonly streaks: Streaks) {}

  async run(): Promise<JobReport> {
    return { ...(await this.streaks.recompute()) };
  }
}
