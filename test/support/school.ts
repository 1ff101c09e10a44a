import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { Extension } from '../../src/app.module';
import { createApplication } from '../../src/application';
import { Accounts, Sessions, type Role } from '../../src/modules/users';
import { Config, type Environment } from '../../src/platform/config/config';
import { Database } from '../../src/platform/database/database';
import { statementLog } from '../../src/platform/database/statements/statement-log';
import { Incidents } from '../../src/operations/monitoring/incidents';
import { Jobs } from '../../src/platform/jobs/jobs';
import { Outbox } from '../../src/platform/events/outbox';
import { Clock } from '../../src/platform/time/clock';
import { validateAnswer, wantsKey, type Contract } from './contract';
import { freshDatabaseUrl } from './database-url';
import { withoutCoinLimits } from './limits';
import { poolerSettings } from './postgres-databases';

export interface Answer<B = any> {
  status: number;
  headers: Record<string, string | undefined>;
  body: B;
}

/** Routes that may send a statement many times in one request, each with its statement. None so far. */
const repeats = new Set<string>();

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
type Headers = Record<string, string>;

/**
 * A caller of the API. Every answer is checked against the OpenAPI document: an undocumented one fails the test. Where a route wants an
 * Idempotency-Key, a new one is sent unless the test brings its own.
 */
export class Client {
  constructor(
    private readonly school: School,
    readonly token: string | null,
    readonly id: number = 0,
    readonly username: string = '',
  ) {}

  get = (path: string, headers?: Headers): Promise<Answer> => this.send('GET', path, undefined, headers);
  post = (path: string, body?: unknown, headers?: Headers): Promise<Answer> => this.send('POST', path, body, headers);
  put = (path: string, body?: unknown, headers?: Headers): Promise<Answer> => this.send('PUT', path, body, headers);
  patch = (path: string, body?: unknown, headers?: Headers): Promise<Answer> => this.send('PATCH', path, body, headers);
  delete = (path: string, body?: unknown, headers?: Headers): Promise<Answer> =>
    this.send('DELETE', path, body, headers);

  /** `path` without the `/api/v1` prefix; an absolute one starts with `//`. */
  async send(method: Method, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    const url = path.startsWith('//') ? path.slice(1) : `/api/v1${path}`;
    const authorization: Headers = this.token ? { authorization: `Bearer ${this.token}` } : {};
    const json: Headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const key: Headers = wantsKey(this.school.document, method, url) ? { 'idempotency-key': randomUUID() } : {};
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await this.school.app.inject({
      method,
      url,
      payload,
      headers: { ...json, ...authorization, ...key, ...headers },
      payloadAsStream: true,
    });
    const type = String(answer.headers['content-type'] ?? '');
    const content = await contentOf(answer.stream(), type);
    const parsed: unknown = content && /json/.test(type) ? JSON.parse(content) : content || undefined;
    const found = { status: answer.statusCode, headers: answer.headers as Answer['headers'], body: parsed };
    validateAnswer(this.school.document, { method, url, ...found });
    this.school.requireNoRepetition(found.headers['x-trace-id']);
    return found;
  }
}

/** `npm test` proves beforehand that it is what the routes give; building it takes longer than opening a school. */
const readContract = (): Contract =>
  JSON.parse(readFileSync(path.join(__dirname, '../../openapi.json'), 'utf8')) as Contract;
let committed: Contract | undefined;

/** A stream of events has no end to wait for: its listener goes away at once. */
async function contentOf(stream: Readable, type: string): Promise<string | undefined> {
  if (!type.startsWith('text/event-stream')) return text(stream);
  stream.destroy();
  return undefined;
}

/** A running school with a database of its own, on the engine of this jest project. Nothing is mocked but the clock. */
export class School {
  document: Contract;
  private people = 0;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async open(
    options: { url?: string; environment?: Environment; extensions?: Extension[] } = {},
  ): Promise<School> {
    const url = options.url ?? (await freshDatabaseUrl());
    const config = new Config({
      NODE_ENV: 'test',
      DATABASE_URL: url,
      AUTH_SECRET: 'a secret for tests that is long enough',
      WORKER: 'off',
      LOG_LEVEL: 'silent',
      RATE_LIMIT_PER_MINUTE: '1000000',
      CREDENTIAL_RATE_LIMIT_PER_MINUTE: '1000000',
      REGISTRATION_LIMIT_PER_HOUR: '1000000',
      ...withoutCoinLimits,
      ...poolerSettings(url),
      ...options.environment,
    });
    const school = new School(await createApplication(config, options.extensions), url);
    school.document = options.extensions ? await school.served() : (committed ??= readContract());
    return school;
  }

  private async served(): Promise<Contract> {
    return (await this.app.inject({ method: 'GET', url: '/openapi.json' })).json<Contract>();
  }

  close = (): Promise<void> => this.app.close();

  part<T>(type: Type<T> | (abstract new (...args: never[]) => T)): T {
    return this.app.get(type, { strict: false });
  }

  get database(): Database {
    return this.part(Database);
  }

  get clock(): Clock {
    return this.part(Clock);
  }

  get visitor(): Client {
    return new Client(this, null);
  }

  /** Delivers everything that waits in the outbox. */
  settle = (): Promise<number> => this.part(Outbox).drain();

  job = (name: string): Promise<unknown> => this.part(Jobs).run(name);

  /** What a request costs: its statements, BEGIN and COMMIT included. */
  statements = <T>(work: () => Promise<T>): Promise<{ result: T; statements: string[] }> => statementLog.of(work);

  /** A request that sends the same statement five times or more asks for the rows of a list one by one (N+1). */
  requireNoRepetition(traceId: string | undefined): void {
    for (const { route, statement, maxCount: most, lastTraceId } of this.part(Incidents).repetitions.values())
      if (lastTraceId === traceId && !repeats.has(`${route}: ${statement.text}`))
        throw new Error(`${route} sent a statement ${most} times (N+1): ${statement.text}`);
  }

  /** A person who has signed in. Teachers come approved unless said otherwise. */
  async person(
    role: Role = 'student',
    more: { username?: string; timezone?: string; approved?: boolean } = {},
  ): Promise<Client> {
    const username = more.username ?? `${role}${++this.people}`;
    const account = { username, email: `${username}@school.test`, password: '!', role };
    const id = await this.part(Accounts).create({ ...account, ...(more.timezone ? { timezone: more.timezone } : {}) });
    if (role === 'teacher' && more.approved !== false) await this.approve(id);
    return this.signedIn({ id, username });
  }

  /** With a fresh access token: one lasts ten minutes, a long test longer. */
  async signedIn({ id, username }: Pick<Client, 'id' | 'username'>): Promise<Client> {
    const { accessToken } = await this.part(Sessions).open(id);
    return new Client(this, accessToken, id, username);
  }

  student = (more: Parameters<School['person']>[1] = {}): Promise<Client> => this.person('student', more);
  teacher = (more: Parameters<School['person']>[1] = {}): Promise<Client> => this.person('teacher', more);
  admin = (): Promise<Client> => this.person('admin');

  private async approve(id: number): Promise<void> {
    await this.database.transaction(() =>
      this.database.run("UPDATE users_user SET is_approved = $2, teacher_status = 'approved' WHERE id = $1", [
        id,
        true,
      ]),
    );
  }
}
