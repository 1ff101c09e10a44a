import { Injectable } from '@nestjs/common';
import type { Person } from '../accounts/person';
import { CodeVerifier } from '../factors/code-verifier';
import type { Tokens } from '../sessions/sessions';
import { SignInExpired } from '../users.errors';
import type { RemoteDevice } from './device';
import { SignInChallenges } from './sign-in-challenges';
import { SignInCompletion } from './sign-in-completion';

/** The second step of a sign-in, with a code. */
@Injectable()
export class SecondStep {
  constructor(
    private readonly challenges: SignInChallenges,
    private readonly codes: CodeVerifier,
    private readonly completion: SignInCompletion,
  ) {}

  /**
   * Opens a session if the code is right. The challenge can be used again after a wrong code, and for one session only.
   * @throws SignInExpired, CodeRefused, AuthenticatorUnreadable, TooManyAttempts
   */
  async complete(challenge: string, code: string, device: RemoteDevice): Promise<{ person: Person; tokens: Tokens }> {
    const userId = await this.challenges.getUserId(challenge);
    return this.codes.verify(userId, code, device, async () => {
      await this.challenges.use(challenge);
      // The account may have been closed after the first step.
      const signIn = await this.completion.complete(userId, device);
      if (!signIn) throw new SignInExpired();
      return signIn;
    });
  }
}
