import { Injectable } from '@nestjs/common';
import { Config } from '../config/config';
import { Job, type JobReport, type RunnableJob } from '../jobs/job';
import { Clock } from '../time/clock';
import { MailRows } from './mail-rows';

@Injectable()
@Job({
  name: 'platform:expire-mails',
  cron: '40 3 * * *',
  summary: 'Deletes mails older than MAIL_DAYS that do not wait any more',
})
export class ExpireMails implements RunnableJob {
  constructor(
    private readonly config: Config,
    private readonly rows: MailRows,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<JobReport> {
    const retentionMs = this.config.settings.MAIL_DAYS * 86_400_000;
    return { deleted: await this.rows.expire(new Date(this.clock.now().getTime() - retentionMs)) };
  }
}
