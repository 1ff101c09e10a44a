import { Injectable, Logger } from '@nestjs/common';
import { errorLine } from '../../../platform/errors/loggable-error';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { Erasure } from './erasure';

@Injectable()
@Job({
  name: 'users:erase-departed',
  cron: '41 * * * *',
  summary: 'Removes what is personal of people who left LEAVING_COOL_OFF_DAYS ago',
})
export class EraseDeparted implements RunnableJob {
  private readonly log = new Logger('Leaving');

  constructor(private readonly erasure: Erasure) {}

  /** A person whose data cannot be removed does not hold up the others. */
  async run(): Promise<JobReport | null> {
    const due = await this.erasure.listDue();
    if (due.length === 0) return null;
    const counts = { erased: 0, waiting: 0, returned: 0, failed: 0 };
    let firstError: unknown;
    for (const userId of due)
      try {
        counts[await this.erasure.erase(userId)]++;
      } catch (error) {
        counts.failed++;
        firstError ??= error;
        this.log.error(`Person ${userId} could not be removed: ${errorLine(error)}`);
      }
    if (firstError) throw firstError;
    return counts;
  }
}
