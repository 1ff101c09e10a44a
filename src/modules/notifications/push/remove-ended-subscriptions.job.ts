import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { PushSubscriptions } from './push-subscriptions';

@Injectable()
@Job({
  name: 'notifications:remove-push-subscriptions',
  cron: '50 3 * * *',
  summary: 'Deletes push subscriptions of browsers that are not signed in any more',
})
export class RemoveEndedSubscriptions implements RunnableJob {
  constructor(private readonly subscriptions: PushSubscriptions) {}

  async run(): Promise<JobReport> {
    return { deleted: await this.subscriptions.removeEnded() };
  }
}
