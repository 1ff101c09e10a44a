import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { UnreadCounts } from './unread-counts';

const perTransaction = 500;

/** Proves that the stored counters are what the rows say (rule 19); after an import it is what counts the rows. */
@Injectable()
@Job({
  name: 'notifications:recount',
  cron: '40 3 * * *',
  summary: 'Compares the unread counters with the notifications, and repairs them',
})
export class RecountUnread implements RunnableJob {
  constructor(private readonly unread: UnreadCounts) {}

  /** `drift`: people whose counter was wrong. Anything but 0 on a day without an import is a defect. */
  async run(): Promise<JobReport> {
    const drifted = await this.unread.drifted();
    let drift = 0;
    for (let from = 0; from < drifted.length; from += perTransaction)
      drift += await this.unread.recount(drifted.slice(from, from + perTransaction));
    return { drift };
  }
}
