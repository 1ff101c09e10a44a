import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../jobs/job';
import { Clock } from '../time/clock';
import { IdempotencyRecords } from './idempotency-records';

const keepMs = 24 * 3_600_000;

@Injectable()
@Job({
  name: 'platform:expire-idempotency-records',
  cron: '40 * * * *',
  summary: 'Forgets the answers to keys of a day ago',
})
export class ExpireIdempotencyRecords implements RunnableJob {
  constructor(
    private readonly records: IdempotencyRecords,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<JobReport> {
    return { deleted: await this.records.expire(new Date(this.clock.now().getTime() - keepMs)) };
  }
}
