import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { Streaks } from './streaks';

/** Days end at another minute in each time zone, some of them at a quarter past: four times an hour meets them all. */
@Injectable()
@Job({
  name: 'progress:recompute-streaks',
  cron: '1,16,31,46 * * * *',
  summary: 'Ends the streaks that were broken, and proves those of recently active learners',
})
export class RecomputeStreaks implements RunnableJob {
  constructor(private readonly streaks: Streaks) {}

  async run(): Promise<JobReport> {
    return { ...(await this.streaks.recompute()) };
  }
}
