import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { EmailVerifications } from '../verification/email-verifications';
import { PasswordResets } from '../recovery/password-resets';
import { LoginAttempts } from '../sign-in/login-attempts';
import { SignInChallenges } from '../sign-in/sign-in-challenges';
import { Sessions } from './sessions';

@Injectable()
@Job({
  name: 'users:expire-sessions',
  cron: '17 3 * * *',
  summary:
    'Removes sessions that ended 30 days ago, sign-in attempts that no longer count, sign-ins that were not completed, and old links to reset a password or to verify an address',
})
export class ExpireSessions implements RunnableJob {
  constructor(
    private readonly sessions: Sessions,
    private readonly attempts: LoginAttempts,
    private readonly challenges: SignInChallenges,
    private readonly passwordResets: PasswordResets,
    private readonly verifications: EmailVerifications,
  ) {}

  async run(): Promise<JobReport> {
    return {
      sessions: await this.sessions.expire(),
      attempts: await this.attempts.expire(),
      challenges: await this.challenges.expire(),
      passwordResets: await this.passwordResets.expire(),
      emailVerifications: await this.verifications.expire(),
    };
  }
}
