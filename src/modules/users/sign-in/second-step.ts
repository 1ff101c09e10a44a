import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { personColumns, personShape, type Person } from '../accounts/person';
import { CodeVerifier } from '../factors/code-verifier';
import { SecurityEvents } from '../security/security-events';
import { Sessions, type Tokens } from '../sessions/sessions';
import { SignInExpired } from '../users.errors';
import type { RemoteDevice } from './device';
import { SignInChallenges } from './sign-in-challenges';

/** The second step of a sign-in, with a code. */
@Injectable()
export class SecondStep {
  constructor(
    private readonly database: Database,
    private readonly challenges: SignInChallenges,
    private readonly codes: CodeVerifier,
    private readonly sessions: Sessions,
    private readonly securityEvents: SecurityEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens a session if the code is right. The challenge can be used again after a wrong code, and for one session only.
   * @throws SignInExpired, CodeRefused, TooManyAttempts
   */
  async complete(challenge: string, code: string, device: RemoteDevice): Promise<{ person: Person; tokens: Tokens }> {
    const userId = await this.challenges.getUserId(challenge);
    return this.codes.verify(userId, code, device, async () => {
      await this.challenges.use(challenge);
      const person = await this.recordSignIn(userId);
      await this.securityEvents.record({ kind: 'signed_in', personId: userId, device });
      return { person, tokens: await this.sessions.open(userId, device) };
    });
  }

  /** The account may have been closed after the first step. */
  private async recordSignIn(userId: number): Promise<Person> {
    const person = await this.database.row(
      personShape,
      `UPDATE users_user SET last_login = $2 WHERE id = $1 AND is_active RETURNING ${personColumns}`,
      [userId, this.clock.now()],
    );
    if (!person) throw new SignInExpired();
    return person;
  }
}
