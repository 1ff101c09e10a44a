import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../support/school';
import { type Caller, cli, Server, type Environment } from '../support/server';

type Body = Record<string, unknown>;

const password = 'boats in the early fog';
const usualPatienceMs = 20_000;

const production = { NODE_ENV: 'production', TRUST_PROXY_HOPS: '0', PUBLIC_URL: 'https://school.test' };

/** Somebody with an account, who asks whichever process runs at the moment. */
export interface Person {
  id: number;
  username: string;
  refreshToken: string;
  accessToken: string;
  ask: Caller;
}

/** A school whose process may end at any line; what is in its database stays. */
export class Story {
  private server: Server;

  private constructor(
    readonly databaseUrl: string,
    private readonly environment: Environment,
  ) {}

  static async begin(databaseUrl: string, environment: Environment = {}): Promise<Story> {
    const story = new Story(databaseUrl, environment);
    await story.opens();
    return story;
  }

  async opens(): Promise<void> {
    this.server = await Server.start(this.databaseUrl, { ...production, ...this.environment });
  }

  closes = (): Promise<number | null> => this.server.stop();
  powerFails = (): Promise<void> => this.server.kill();

  async restartsAfterPowerFailure(): Promise<void> {
    await this.powerFails();
    await this.opens();
  }

  job = async (name: string): Promise<Body> => JSON.parse(await cli(this.databaseUrl, ['job', name])) as Body;

  /** The first one comes from the command line: nobody becomes an administrator over HTTP. */
  async firstAdministrator(): Promise<Person> {
    const words = ['admin:create', '--username', 'direzione', '--email', 'direzione@school.test'];
    await cli(this.databaseUrl, words, `${password} of the harbour\n`);
    return this.signsIn('direzione', `${password} of the harbour`);
  }

  async registers(username: string, role: 'student' | 'teacher', more: Body = {}): Promise<Person> {
    const email = `${username}@school.test`;
    const body = await good(this.visitor.post('/auth/register', { username, email, password, role, ...more }));
    return this.person(body);
  }

  async signsIn(login: string, secret = password): Promise<Person> {
    return this.person(await good(this.visitor.post('/auth/login', { login, password: secret })));
  }

  /** A new access token for the refresh token kept from before. */
  async refreshes(person: Person): Promise<void> {
    const { accessToken, refreshToken } = await good(
      this.visitor.post('/auth/refresh', { refreshToken: person.refreshToken }),
    );
    Object.assign(person, { accessToken, refreshToken });
  }

  get visitor(): Caller {
    return this.server.caller();
  }

  private person({ user, accessToken, refreshToken }: Body): Person {
    const { id, username } = user as { id: number; username: string };
    const person = { id, username, accessToken, refreshToken } as Person;
    // Asked anew each time: after a restart there is another process behind another port.
    Object.defineProperty(person, 'ask', { get: () => this.server.caller(() => person.accessToken) });
    return person;
  }
}

/** The body of an answer; a refusal fails the test. */
export async function good(asking: Promise<Answer>): Promise<any> {
  const { status, body } = await asking;
  if (status > 299) throw new Error(`refused: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Asks until the answer is as wanted: the outbox delivers a moment after the commit. */
export async function eventually<T>(
  ask: () => Promise<T>,
  wanted: (found: T) => boolean,
  patienceMs = usualPatienceMs,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await ask();
    if (wanted(found)) return found;
    if (Date.now() > deadline) throw new Error(`still not so after ${patienceMs} ms: ${JSON.stringify(found)}`);
    await sleep(100);
  }
}

/** The zone in which it is noon: no badge of early birds or night owls depends on when the test runs. */
export function zoneAtNoon(): string {
  const ahead = 12 - new Date().getUTCHours();
  // The names count westwards.
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}
