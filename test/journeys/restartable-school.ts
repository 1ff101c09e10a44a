import { setTimeout as sleep } from 'node:timers/promises';
import { createSchoolClient, type SchoolClient, type SignedIn, type Tokens } from 'teoart-client';
import type { ApiResponse } from '../support/school';
import { type Caller, cli, Server, type Environment } from '../support/server';

type Body = Record<string, unknown>;

const password = 'boats in the early fog';
const defaultTimeoutMs = 20_000;

const production = {
  NODE_ENV: 'production',
  TRUST_PROXY_HOPS: '0',
  PUBLIC_URL: 'https://school.test',
  // These tests are not about sign-in. second-factors.spec.ts tests what production requires of administrators.
  ADMIN_SECOND_FACTOR: 'offered',
};

/** A person with an account. `api` and `ask` send requests to the process that runs now: `ask` any request, `api` those of a front end. */
export interface Person {
  id: number;
  username: string;
  tokens: Tokens;
  api: SchoolClient;
  ask: Caller;
}

/** A school whose server can be stopped or killed at any time and started again on the same database. */
export class RestartableSchool {
  private server: Server;

  private constructor(
    readonly databaseUrl: string,
    private readonly environment: Environment,
  ) {}

  static async start(databaseUrl: string, environment: Environment = {}): Promise<RestartableSchool> {
    const school = new RestartableSchool(databaseUrl, environment);
    await school.start();
    return school;
  }

  async start(): Promise<void> {
    this.server = await Server.start(this.databaseUrl, { ...production, ...this.environment });
  }

  stop = (): Promise<number | null> => this.server.stop();
  kill = (): Promise<void> => this.server.kill();

  async killAndRestart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  job = async (name: string): Promise<Body> => JSON.parse(await cli(this.databaseUrl, ['job', name])) as Body;

  /** The first administrator is created on the command line, because nobody can become an administrator over HTTP. */
  async createAdministrator(): Promise<Person> {
    const words = ['admin:create', '--username', 'direzione', '--email', 'direzione@school.test'];
    await cli(this.databaseUrl, words, `${password} of the harbour\n`);
    return this.signIn('direzione', `${password} of the harbour`);
  }

  async register(username: string, role: 'student' | 'teacher', more: Body = {}): Promise<Person> {
    const email = `${username}@school.test`;
    const body = await good(this.visitor.post('/auth/register', { username, email, password, role, ...more }));
    return this.person(body);
  }

  async signIn(login: string, secret = password): Promise<Person> {
    return this.person(await good(this.visitor.post('/auth/login', { login, password: secret })));
  }

  get visitor(): Caller {
    return this.server.caller();
  }

  private person({ user, ...tokens }: SignedIn): Person {
    const store = { read: () => person.tokens, write: (stored: Tokens | null) => void (person.tokens = stored!) };
    // The requests use the current server, because a restarted server has another port.
    const api = createSchoolClient({
      baseUrl: 'http://school.test',
      tokens: store,
      retries: { maxTries: 1 },
      fetch: (input, init) => this.server.checkedFetch(input, init),
    });
    const person = { id: user.id, username: user.username, tokens, api } as Person;
    Object.defineProperty(person, 'ask', { get: () => this.server.caller(() => person.tokens.accessToken) });
    return person;
  }
}

/** Makes the next request of the person refresh the access token. */
export function expireAccessToken({ tokens }: Person): void {
  tokens.expiresAt = new Date().toISOString();
}

/** Returns the body of a response. An error status fails the test. */
export async function good(request: Promise<ApiResponse>): Promise<any> {
  const { status, body } = await request;
  if (status > 299) throw new Error(`The request failed: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Repeats `read` until its result is as wanted, for example because the outbox delivers only after the commit. */
export async function eventually<T>(
  read: () => Promise<T>,
  isWanted: (found: T) => boolean,
  timeoutMs = defaultTimeoutMs,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await read();
    if (isWanted(found)) return found;
    if (Date.now() > deadline)
      throw new Error(
        `The wanted result did not appear within ${timeoutMs} ms. The last one was ${JSON.stringify(found)}`,
      );
    await sleep(100);
  }
}

/** The time zone in which it is noon now, so that achievements for early or late hours do not depend on when the test runs. */
export function zoneAtNoon(): string {
  const hoursAhead = 12 - new Date().getUTCHours();
  // In these zone names a minus sign means east of Greenwich.
  return hoursAhead === 0 ? 'Etc/GMT' : `Etc/GMT${hoursAhead > 0 ? '-' : '+'}${Math.abs(hoursAhead)}`;
}
