import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../jobs/job';
import { StreamTickets } from './stream-tickets';

@Injectable()
@Job({
  name: 'platform:expire-stream-tickets',
  cron: '*/10 * * * *',
  summary: 'Deletes the tickets for event streams that were not used in time',
})
export class ExpireStreamTickets implements RunnableJob {
  constructor(private readonly tickets: StreamTickets) {}

  async run(): Promise<JobReport> {
    return { deleted: await this.tickets.deleteExpired() };
  }
}
