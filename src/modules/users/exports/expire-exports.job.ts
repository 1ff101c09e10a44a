import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { PersonalExports } from './personal-exports';

@Injectable()
@Job({ name: 'users:expire-exports', cron: '17 * * * *', summary: 'Deletes exports seven days after their request' })
export class ExpireExports implements RunnableJob {
  constructor(private readonly exports: PersonalExports) {}

  async run(): Promise<JobReport> {
    return { deleted: await this.exports.expire() };
  }
}
