import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { Clock } from '../../../platform/time/clock';
import { WalletChallenges } from './wallet-challenges';

const retentionMs = 24 * 3_600_000;

@Injectable()
@Job({
  name: 'rewards:expire-wallet-challenges',
  cron: '25 3 * * *',
  summary: 'Deletes the messages for linking a wallet that expired more than a day ago',
})
export class ExpireWalletChallenges implements RunnableJob {
  constructor(
    private readonly challenges: WalletChallenges,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<JobReport> {
    const expiredBefore = new Date(this.clock.now().getTime() - retentionMs);
    return { deleted: await this.challenges.deleteExpired(expiredBefore) };
  }
}
