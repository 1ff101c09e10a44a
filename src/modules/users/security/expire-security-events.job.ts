import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { Clock } from '../../../platform/time/clock';
import { SecurityEvents } from './security-events';
import { userSettings } from '../users.settings';

@Injectable()
@Job({
  name: 'users:expire-security-events',
  cron: '23 3 * * *',
  summary: 'Deletes security events older than SECURITY_EVENT_DAYS',
})
export class ExpireSecurityEvents implements RunnableJob {
  constructor(
    private readonly config: Config,
    private readonly events: SecurityEvents,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<JobReport> {
    const retentionMs = this.config.of(userSettings).SECURITY_EVENT_DAYS * 86_400_000;
    const cutoff = new Date(this.clock.now().getTime() - retentionMs);
    return { deleted: await this.events.expire(cutoff) };
  }
}
