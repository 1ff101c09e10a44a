import { Injectable } from '@nestjs/common';
import { chunksOf } from '../../../platform/database/insert-rows';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { UnreadCounts } from './unread-counts';

const maxPeoplePerTransaction = 500;

/** Compares the stored counters with the rows and corrects them (rule 19), also after an import. */
@Injectable()
@Job({
  name: 'notifications:recount',
  cron: '40 3 * * *',
  summary: 'Compares the unread counters with the notifications and corrects them',
})
export class RecountUnread implements RunnableJob {
  constructor(private readonly unreadCounts: UnreadCounts) {}

  /** `drift` is the number of people whose counter was wrong. Without an import, any number but 0 is a defect. */
  async run(): Promise<JobReport> {
    const driftedIds = await this.unreadCounts.findDrifted();
    let driftCount = 0;
    for (const batch of chunksOf(driftedIds, maxPeoplePerTransaction))
      driftCount += await this.unreadCounts.recount(batch);
    return { drift: driftCount };
  }
}
