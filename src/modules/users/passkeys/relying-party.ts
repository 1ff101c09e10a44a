import { Injectable } from '@nestjs/common';
import type * as WebAuthn from '@simplewebauthn/server';
import { Config } from '../../../platform/config/config';
import { userSettings } from '../users.settings';
import { PasskeyChallenges, type ChallengeUse } from './passkey-challenges';
import type { PasskeyAssertion, PasskeyRegistration } from './passkeys.dto';
import { PasskeyRefused } from './passkeys.errors';

const name = 'TeoArt School';

/** Loads the library at the first use of a passkey, because it has 200 files. */
const webauthn = (): typeof WebAuthn => require('@simplewebauthn/server') as typeof WebAuthn;

interface StoredKey {
  credentialId: string;
  publicKey: string;
}

/** The school as WebAuthn sees it: its domain, its origins, and the checks of what authenticators sign for it. */
@Injectable()
export class RelyingParty {
  private readonly id: string;
  private readonly origins: string[];

  constructor(
    config: Config,
    private readonly challenges: PasskeyChallenges,
  ) {
    const { PASSKEY_DOMAIN, PASSKEY_ORIGINS } = config.of(userSettings);
    const { origin, hostname } = new URL(config.publicUrl);
    this.id = PASSKEY_DOMAIN ?? hostname;
    this.origins = PASSKEY_ORIGINS.length > 0 ? PASSKEY_ORIGINS : [origin, ...config.settings.CORS_ORIGINS];
  }

  /** Options for `navigator.credentials.create`, in the form of `PublicKeyCredential.parseCreationOptionsFromJSON`. */
  async createOptions(
    person: { id: number; username: string },
    sessionId: string,
    existing: readonly { credentialId: string; transports: string }[],
  ): Promise<object> {
    return webauthn().generateRegistrationOptions({
      rpName: name,
      rpID: this.id,
      userName: person.username,
      userID: new Uint8Array(userHandleOf(person.id)),
      challenge: new Uint8Array(await this.challenges.create({ purpose: 'enrolment', sessionId })),
      attestationType: 'none',
      excludeCredentials: existing.map(toDescriptor),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  }

  /** Options for `navigator.credentials.get`. They name no credential, so that they tell nothing about accounts. */
  async getOptions(sessionId: string): Promise<object> {
    const challenge = await this.challenges.create({ purpose: 'proof', sessionId });
    return webauthn().generateAuthenticationOptions({
      rpID: this.id,
      challenge: new Uint8Array(challenge),
      userVerification: 'required',
    });
  }

  /** Returns the new credential. @throws PasskeyRefused */
  async verifyRegistration(
    response: PasskeyRegistration,
    sessionId: string,
  ): Promise<NonNullable<WebAuthn.VerifiedRegistrationResponse['registrationInfo']>> {
    const expectations = await this.expect({ purpose: 'enrolment', sessionId }, response);
    const verification = webauthn().verifyRegistrationResponse({
      response,
      ...expectations,
    });
    const { registrationInfo } = await refuseFailures(verification);
    return registrationInfo!;
  }

  /**
   * Returns the counter of the authenticator. It is compared by the caller, in the statement that stores it.
   * @throws PasskeyRefused
   */
  async verifyAssertion(response: PasskeyAssertion, key: StoredKey, sessionId: string): Promise<number> {
    const expectations = await this.expect({ purpose: 'proof', sessionId }, response);
    const publicKey = new Uint8Array(Buffer.from(key.publicKey, 'base64url'));
    const verification = webauthn().verifyAuthenticationResponse({
      response: response as WebAuthn.AuthenticationResponseJSON,
      credential: { id: key.credentialId, publicKey, counter: 0 },
      ...expectations,
    });
    const { authenticationInfo } = await refuseFailures(verification);
    return authenticationInfo.newCounter;
  }

  /** Uses the challenge of the response up, before anything else is verified. @throws PasskeyRefused */
  private async expect(use: ChallengeUse, { response }: { response: { clientDataJSON: string } }) {
    const expectedChallenge = challengeOf(response.clientDataJSON);
    if (expectedChallenge === null || !(await this.challenges.use(expectedChallenge, use))) throw new PasskeyRefused();
    const { origins: expectedOrigin, id: expectedRPID } = this;
    return { expectedChallenge, expectedOrigin, expectedRPID, requireUserVerification: true };
  }
}

/** The id by which an authenticator tells accounts apart. It contains no personal data (WebAuthn § 14.6.1). */
export const userHandleOf = (userId: number): Buffer => Buffer.from(`user ${userId}`);

/** The transports help the browser to find the authenticator that must not be added again. */
const toDescriptor = ({ credentialId, transports }: { credentialId: string; transports: string }) => ({
  id: credentialId,
  transports: transports.split(',').filter(Boolean) as WebAuthn.AuthenticatorTransport[],
});

function challengeOf(clientDataJSON: string): string | null {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()) as { challenge?: unknown };
    return typeof challenge === 'string' ? challenge : null;
  } catch {
    return null;
  }
}

/** The library computes only, and throws an error for each thing that is wrong. All of them get one response. */
async function refuseFailures<T extends { verified: boolean }>(verification: Promise<T>): Promise<T> {
  const result = await verification.catch(() => null);
  if (!result?.verified) throw new PasskeyRefused();
  return result;
}
