import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import type { RemoteDevice } from '../sign-in/device';
import { LoginAttempts } from '../sign-in/login-attempts';
import { PasswordVerifier } from '../sign-in/password-verifier';
import { lockPerson } from './factor-changes';
import { CodeRefused } from './factors.errors';
import { SecondFactors } from './second-factors';

/**
 * All networks count as one. A code has only six digits, and only a person who knows the password, or has a session, can try codes. So
 * nobody else can make the owner wait.
 */
const allNetworksAsOne = { network: 'any', widerNetwork: 'any' };

/** Verifies the codes of second factors. Failed attempts are counted and delayed like wrong passwords. */
@Injectable()
export class CodeVerifier {
  constructor(
    private readonly database: Database,
    private readonly factors: SecondFactors,
    private readonly attempts: LoginAttempts,
    private readonly verifier: PasswordVerifier,
  ) {}

  /**
   * Uses up a code and runs what it allows, in one transaction. If the work fails, the code stays unused.
   * @throws CodeRefused, AuthenticatorUnreadable, TooManyAttempts
   */
  async verify<T>(userId: number, code: string, device: RemoteDevice, work: () => Promise<T>): Promise<T> {
    const target = { purpose: 'second-factor' as const, accountId: userId, login: '' };
    const attempt = await this.attempts.start(target, { ...device, ...allNetworksAsOne });
    const done = await this.verifier.runAttempt(attempt, () =>
      this.database.transaction(async () => {
        await lockPerson(this.database, userId);
        if (!(await this.factors.useCode(userId, code))) return null;
        await this.attempts.clearAfterSuccess(attempt);
        return { result: await work() };
      }),
    );
    if (done) return done.result;
    await this.verifier.recordRefusal(attempt, device);
    throw new CodeRefused();
  }
}
