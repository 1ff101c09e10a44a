import { Injectable } from '@nestjs/common';
import { SecondFactors } from '../factors/second-factors';
import { SecurityEvents } from '../security/security-events';
import type { Tokens } from '../sessions/sessions';
import type { RemoteDevice } from './device';
import { LoginAttempts, type Attempt } from './login-attempts';
import { NewDevices } from './new-devices';
import { PasswordVerifier } from './password-verifier';
import { SignInChallenges, type NewChallenge } from './sign-in-challenges';

/** What a right password leads to: a session, or a challenge for a person with a second factor. */
export type Progress = { tokens: Tokens; challenge?: undefined } | { challenge: NewChallenge; tokens?: undefined };

@Injectable()
export class FirstStep {
  constructor(
    private readonly factors: SecondFactors,
    private readonly challenges: SignInChallenges,
    private readonly attempts: LoginAttempts,
    private readonly verifier: PasswordVerifier,
    private readonly newDevices: NewDevices,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /**
   * Called in a transaction that has locked the row of the person. So a factor that is added at the same moment is seen here, or ends
   * the new session.
   */
  async complete(attempt: Attempt, device: RemoteDevice): Promise<Progress> {
    const { accountId: personId } = attempt.target;
    if (!(await this.factors.has(personId))) {
      await this.verifier.recordSuccess(attempt, device);
      return { tokens: await this.newDevices.openSession(personId, device) };
    }
    await this.attempts.clearAfterSuccess(attempt);
    await this.securityEvents.record({ kind: 'second_factor_asked', personId, device });
    return { challenge: await this.challenges.create(personId) };
  }
}
