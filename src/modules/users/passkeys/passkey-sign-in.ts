import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import type { Person } from '../accounts/person';
import { lockPerson } from '../factors/factor-changes';
import { SecondFactors } from '../factors/second-factors';
import { SecurityEvents } from '../security/security-events';
import { SignInCompletion } from '../sign-in/sign-in-completion';
import type { Tokens } from '../sessions/sessions';
import type { RemoteDevice } from '../sign-in/device';
import { PasskeyStore, type StoredPasskey } from './passkey-store';
import type { PasskeyAssertion } from './passkeys.dto';
import { PasskeyRefused } from './passkeys.errors';
import { RelyingParty, userHandleOf } from './relying-party';

/** Verifies passkeys, for a sign-in and for a re-authentication. A passkey is possession and, by its PIN or finger, knowledge or biometry. */
@Injectable()
export class PasskeySignIn {
  constructor(
    private readonly database: Database,
    private readonly relyingParty: RelyingParty,
    private readonly store: PasskeyStore,
    private readonly factors: SecondFactors,
    private readonly completion: SignInCompletion,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /** @throws PasskeyRefused */
  async open(assertion: PasskeyAssertion, device: RemoteDevice): Promise<{ person: Person; tokens: Tokens }> {
    return this.verify(assertion, '', device, async ({ userId }) => {
      const signIn = await this.completion.complete(userId, device);
      if (!signIn) throw new PasskeyRefused();
      return signIn;
    });
  }

  /**
   * Runs `work` in the transaction that stores the use of the passkey.
   * @param sessionId the session that asked for the challenge; empty for a sign-in
   * @throws PasskeyRefused
   */
  async verify<T>(
    assertion: PasskeyAssertion,
    sessionId: string,
    device: RemoteDevice,
    work: (passkey: StoredPasskey) => Promise<T>,
  ): Promise<T> {
    const passkey = await this.store.find(assertion.id);
    if (!passkey || !belongsTo(assertion, passkey.userId)) throw new PasskeyRefused();
    const counter = await this.relyingParty.verifyAssertion(assertion, passkey, sessionId);
    // The error is thrown outside the transaction because the warning of the owner must be committed.
    const done = await this.database.transaction(async () => {
      await lockPerson(this.database, passkey.userId);
      // It may have been removed meanwhile, and then its counter says nothing about a copy.
      if (!(await this.store.find(assertion.id))) return null;
      if (await this.store.recordUse(passkey.id, counter)) return { result: await work(passkey) };
      await this.warn(passkey, device);
      return null;
    });
    if (!done) throw new PasskeyRefused();
    return done.result;
  }

  private async warn({ userId, name }: StoredPasskey, device: RemoteDevice): Promise<void> {
    const note = `The counter of the passkey ${name} has not grown`;
    await this.securityEvents.record({ kind: 'second_factor_refused', personId: userId, actorId: null, device, note });
    await this.factors.publish(userId, 'passkey_copied');
  }
}

/** An authenticator may leave out the user handle. If it sends one, it must be that of the owner (WebAuthn § 7.2, step 6). */
const belongsTo = ({ response: { userHandle } }: PasskeyAssertion, userId: number): boolean =>
  !userHandle || Buffer.from(userHandle, 'base64url').equals(userHandleOf(userId));
