import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../jobs/job';
import { Clock } from '../../time/clock';
import { IdempotencyRecords } from './idempotency-records';

const retentionMs = 24 * 3_600_000;

@Injectable()
@Job({
  name: 'platform:expire-idempotency-records',
  cron: '40 * * * *',
  summary: 'Deletes the responses stored for idempotency keys after 24 hours',
})
export class ExpireIdempotencyRecords implements RunnableJob {
  constructor(
    private readonly records: IdempotencyRecords,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<JobReport> {
    return { deleted: await this.records.deleteOlderThan(new Date(this.clock.now().getTime() - retentionMs)) };
  }
}
