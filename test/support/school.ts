import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { Extension } from '../../src/platform/process/extension';
import { applicationOf } from '../../src/app.module';
import { createServer } from '../../src/platform/http/server/create-server';
import { Accounts, Sessions, type Role } from '../../src/modules/users';
import { Config, type Environment } from '../../src/platform/config/config';
import { Database } from '../../src/platform/database/database';
import { statementLog } from '../../src/platform/database/statements/statement-log';
import { Incidents } from '../../src/operations/monitoring/incidents';
import { Jobs } from '../../src/platform/jobs/jobs';
import { Outbox } from '../../src/platform/events/outbox';
import { startWorker } from '../../src/platform/process/start-worker';
import { Clock } from '../../src/platform/time/clock';
import { validateResponse, requiresKey, type Contract } from './contract';
import { freshDatabaseUrl } from './database-url';
import { authSecret, LeakScanner } from './leak-scanner';
import { withoutCoinLimits } from './limits';
import { poolerSettings } from './postgres-databases';

export interface ApiResponse<B = any> {
  status: number;
  headers: Record<string, string | undefined>;
  body: B;
}

/** One for all schools of a file, because Nest has one log for all applications of a process. */
const leaks = new LeakScanner();

/** Entries `route: statement` of routes that may repeat a statement in one request. There is none so far. */
const allowedRepetitions = new Set<string>();

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
type Headers = Record<string, string>;

/**
 * A client of the API. Every response is checked against the OpenAPI document, and an undocumented response fails the test. If a
 * route requires an Idempotency-Key, the client sends a new key unless the test sends one.
 */
export class Client {
  constructor(
    private readonly school: School,
    readonly token: string | null,
    readonly id: number = 0,
    readonly username: string = '',
  ) {}

  get = (path: string, headers?: Headers): Promise<ApiResponse> => this.send('GET', path, undefined, headers);
  post = (path: string, body?: unknown, headers?: Headers): Promise<ApiResponse> =>
    this.send('POST', path, body, headers);
  put = (path: string, body?: unknown, headers?: Headers): Promise<ApiResponse> =>
    this.send('PUT', path, body, headers);
  patch = (path: string, body?: unknown, headers?: Headers): Promise<ApiResponse> =>
    this.send('PATCH', path, body, headers);
  delete = (path: string, body?: unknown, headers?: Headers): Promise<ApiResponse> =>
    this.send('DELETE', path, body, headers);

  /** `path` has no `/api/v1` prefix. A path that starts with `//` is used without the prefix. */
  async send(method: Method, path: string, body?: unknown, headers: Headers = {}): Promise<ApiResponse> {
    const url = path.startsWith('//') ? path.slice(1) : `/api/v1${path}`;
    const authorization: Headers = this.token ? { authorization: `Bearer ${this.token}` } : {};
    const json: Headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const key: Headers = requiresKey(this.school.document, method, url) ? { 'idempotency-key': randomUUID() } : {};
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await this.school.app.inject({
      method,
      url,
      payload,
      headers: { ...json, ...authorization, ...key, ...headers },
      payloadAsStream: true,
    });
    const type = String(response.headers['content-type'] ?? '');
    const content = await contentOf(response.stream(), type);
    const parsed: unknown = content && /json/.test(type) ? JSON.parse(content) : content || undefined;
    const received = { status: response.statusCode, headers: response.headers as ApiResponse['headers'], body: parsed };
    validateResponse(this.school.document, { method, url, ...received });
    leaks.requireNoLeak({ method, url, body: payload, token: this.token, username: this.username }, content);
    this.school.requireNoRepetition(received.headers['x-trace-id']);
    return received;
  }
}

/** Reads the committed document, because building it takes longer than opening a school. `npm test` checks that it is current. */
const readContract = (): Contract =>
  JSON.parse(readFileSync(path.join(__dirname, '../../openapi.json'), 'utf8')) as Contract;
let committed: Contract | undefined;

/** A stream of events never ends, so its connection is closed at once. */
async function contentOf(stream: Readable, type: string): Promise<string | undefined> {
  if (!type.startsWith('text/event-stream')) return text(stream);
  stream.destroy();
  return undefined;
}

/** A running application with a separate database, on the engine of this jest project. Only the clock is not the real one. */
export class School {
  document: Contract;
  private personCount = 0;

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
      AUTH_SECRET: authSecret,
      WORKER: 'off',
      LOG_LEVEL: 'info',
      FILES_URL: `folder:${process.env.TEST_SQLITE_FOLDER ?? tmpdir()}/files`,
      RATE_LIMIT_PER_MINUTE: '1000000',
      CREDENTIAL_RATE_LIMIT_PER_MINUTE: '1000000',
      REGISTRATION_LIMIT_PER_HOUR: '1000000',
      ...withoutCoinLimits,
      ...poolerSettings(url),
      ...options.environment,
    });
    const school = new School(await createServer(applicationOf(config, options.extensions), leaks), url);
    startWorker(school.app);
    school.document = options.extensions ? await school.fetchDocument() : (committed ??= readContract());
    return school;
  }

  private async fetchDocument(): Promise<Contract> {
    return (await this.app.inject({ method: 'GET', url: '/openapi.json' })).json<Contract>();
  }

  async close(): Promise<void> {
    await this.app.close();
    leaks.requireCleanLog();
  }

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

  /** Delivers every event in the outbox. */
  settle = (): Promise<number> => this.part(Outbox).drain();

  job = (name: string): Promise<unknown> => this.part(Jobs).run(name);

  /** Runs `work` and returns the SQL statements that it sent, BEGIN and COMMIT included, and in how many round trips. */
  statements = <T>(work: () => Promise<T>): ReturnType<typeof statementLog.of<T>> => statementLog.of(work);

  /** A request that sends the same statement five times or more probably reads the rows of a list one by one (N+1). */
  requireNoRepetition(traceId: string | undefined): void {
    for (const { route, statement, maxCount, lastTraceId } of this.part(Incidents).repetitions.values())
      if (lastTraceId === traceId && !allowedRepetitions.has(`${route}: ${statement.text}`))
        throw new Error(`${route} sent a statement ${maxCount} times (N+1): ${statement.text}`);
  }

  /** Creates a signed-in person. A teacher is approved unless `approved` is false. */
  async person(
    role: Role = 'student',
    more: { username?: string; timezone?: string; approved?: boolean } = {},
  ): Promise<Client> {
    this.personCount++;
    const username = more.username ?? `${role}${this.personCount}`;
    const account = { username, email: `${username}@school.test`, password: '!', role };
    const id = await this.part(Accounts).create({ ...account, ...(more.timezone ? { timezone: more.timezone } : {}) });
    if (role === 'teacher' && more.approved !== false) await this.approve(id);
    return this.signedIn({ id, username });
  }

  /** Opens a new session. Long tests need it, because an access token lasts ten minutes. */
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
