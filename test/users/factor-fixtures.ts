import { codeOf, stepAt } from '../../src/modules/users/factors/authenticators/totp';
import { Client, type ApiResponse, type School } from '../support/school';
import { goodPassword, register, signIn, type Registered } from './user-fixtures';

const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => base32Alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

/** An authenticator app on a phone. */
export class AuthenticatorApp {
  private readonly secret: Buffer;

  constructor(
    private readonly school: { clock: { now(): Date } },
    typedSecret: string,
  ) {
    this.secret = fromBase32(typedSecret);
  }

  /** The code that the app shows now, or some steps later. */
  code = (laterSteps = 0): string => codeOf(this.secret, stepAt(this.school.clock.now()) + laterSteps);

  /** A code that is wrong now. */
  wrongCode = (): string => {
    const near = new Set([-1, 0, 1].map((steps) => this.code(steps)));
    return ['000000', '111111', '222222', '333333'].find((code) => !near.has(code))!;
  };
}

export interface WithFactor extends Registered {
  app: AuthenticatorApp;
  recoveryCodes: string[];
}

/** Adds an authenticator app to the account of the client. The app's code of the present step is used up. */
export async function addAuthenticator(
  school: School,
  client: Client,
): Promise<{ app: AuthenticatorApp; recoveryCodes: string[] }> {
  const begun = await client.post('/me/second-factor/authenticator');
  const app = new AuthenticatorApp(school, begun.body.secret);
  const confirmed = await client.put('/me/second-factor/authenticator/confirmation', { code: app.code() });
  if (confirmed.status !== 200) throw new Error(`The app was not added: ${JSON.stringify(confirmed.body)}`);
  return { app, recoveryCodes: confirmed.body.recoveryCodes };
}

/** A registered person with an authenticator app. */
export async function registerWithFactor(school: School, overrides: Record<string, unknown> = {}): Promise<WithFactor> {
  const person = await register(school, overrides);
  return { ...person, ...(await addAuthenticator(school, person.client)) };
}

/** Sends the right password, and returns the challenge for the second step. */
export async function beginSignIn(school: School, login: string, password = goodPassword): Promise<string> {
  const { status, body } = await signIn(school, login, password);
  if (body.code !== 'SIGN_IN_INCOMPLETE') throw new Error(`No challenge: ${status} ${JSON.stringify(body)}`);
  return body.challenge;
}

export const completeSignIn = (school: School, challenge: string, code: string): Promise<ApiResponse> =>
  school.visitor.post('/auth/second-factor', { challenge, code });

export const clientOf = (school: School, { body }: ApiResponse): Client =>
  new Client(school, body.accessToken, body.user.id, body.user.username);
