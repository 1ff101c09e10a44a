import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { buildOnce, root } from './build-once';
import { validateAnswer, wantsKey, type Contract } from './contract';
import { withoutCoinLimits } from './limits';
import { poolerSettings } from './postgres-databases';
import type { Answer } from './school';

export type Environment = Record<string, string>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const endWithParent = ['--require', path.join(__dirname, 'end-with-parent.cjs')];
const startLimitMs = 30_000;
const endLimitMs = 240_000;

/** What every program of ours is started with; the tests' own settings of jest must not reach it. */
export const environmentFor = (databaseUrl: string, more: Environment): Environment => ({
  PATH: process.env.PATH ?? '',
  NODE_ENV: 'test',
  DATABASE_URL: databaseUrl,
  AUTH_SECRET: 'a secret for tests that is long enough',
  RATE_LIMIT_PER_MINUTE: '1000000',
  CREDENTIAL_RATE_LIMIT_PER_MINUTE: '1000000',
  REGISTRATION_LIMIT_PER_HOUR: '1000000',
  ...withoutCoinLimits,
  LOG_LEVEL: 'warn',
  STOP_WAIT_MS: '0',
  ...poolerSettings(databaseUrl),
  ...more,
});

/** The program as it runs in production: a process of its own on a free port of 127.0.0.1, asked over HTTP. */
export class Server {
  document: Contract;

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    readonly url: string,
    private readonly log: string[],
  ) {}

  /** Builds where needed, starts, and waits until it is ready. */
  static async start(databaseUrl: string, environment: Environment = {}): Promise<Server> {
    await buildOnce();
    const child = spawn(process.execPath, [...endWithParent, 'dist/src/main.js'], {
      cwd: root,
      env: environmentFor(databaseUrl, { HOST: '127.0.0.1', PORT: '0', ...environment }),
    });
    const log: string[] = [];
    child.stderr.on('data', (part: Buffer) => log.push(part.toString()));
    const server = new Server(child, await listening(child, log), log);
    await server.untilReady();
    server.document = (await (await server.fetch('/openapi.json')).json()) as Contract;
    return server;
  }

  /** Somebody who asks, by the token they hold at the moment. */
  caller(token: () => string | null = () => null): Caller {
    return new Caller(this, token);
  }

  /** As the global one; a broken connection is told with what the process said of it. */
  async fetch(path: string, options?: RequestInit): Promise<Response> {
    return fetch(this.url + path, options).catch((error: Error & { cause?: { code?: string } }) => {
      const { exitCode, signalCode } = this.child;
      const state = exitCode === null && signalCode === null ? 'runs' : `ended with ${signalCode ?? exitCode}`;
      throw new Error(`${path}: ${error.cause?.code ?? error.message}; the process ${state}\n${this.log.join('')}`);
    });
  }

  /** As an operator or a rolling restart would: gives the exit code once it has ended by itself. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** Pulls the plug. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit') as Promise<[number | null]>;
    this.child.kill(signal);
    return (await exited)[0];
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + startLimitMs;
    while (Date.now() < deadline) {
      const answer = await this.fetch('/health/ready');
      if (answer.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`The server did not become ready:\n${this.log.join('')}`);
  }
}

/** The address it announces. Its output is read to the end: a full pipe would stop it. */
async function listening(child: ChildProcessWithoutNullStreams, log: string[]): Promise<string> {
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      log.push(`${line}\n`);
      const url = /listening on (http:\S+?)[;\s]/.exec(line)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${log.join('')}`)));
  });
}

export interface Ended {
  code: number | null;
  out: string;
  problem: string;
}

/** Runs a program of ours to its end; `dist/` must be built. */
export async function ended(
  databaseUrl: string,
  words: string[],
  more: Environment = {},
  input = '',
  cwd = root,
): Promise<Ended> {
  const child = spawn(process.execPath, words, {
    cwd,
    env: environmentFor(databaseUrl, more),
    timeout: endLimitMs,
  });
  child.stdin.on('error', () => undefined).end(input);
  const exited = once(child, 'close') as Promise<[number | null]>;
  const [out, problem, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, out, problem };
}

/** Runs a command of ours; gives what it printed, and fails where it does. */
export async function cli(databaseUrl: string, words: string[], input = ''): Promise<string> {
  await buildOnce();
  const { code, out, problem } = await ended(databaseUrl, ['dist/src/cli.js', ...words], {}, input);
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}:\n${out}\n${problem}`);
  return out;
}

/** A caller over real HTTP. Every answer is checked against the document of the server that gave it. */
export class Caller {
  constructor(
    private readonly server: Server,
    private readonly token: () => string | null,
  ) {}

  get = (path: string): Promise<Answer> => this.send('GET', path);
  post = (path: string, body?: unknown, headers?: Environment): Promise<Answer> =>
    this.send('POST', path, body, headers);
  put = (path: string, body?: unknown, headers?: Environment): Promise<Answer> => this.send('PUT', path, body, headers);
  patch = (path: string, body?: unknown): Promise<Answer> => this.send('PATCH', path, body);
  delete = (path: string, body?: unknown): Promise<Answer> => this.send('DELETE', path, body);

  /** `path` without the `/api/v1` prefix. */
  async send(method: Method, path: string, body?: unknown, headers: Environment = {}): Promise<Answer> {
    const url = `/api/v1${path}`;
    const token = this.token();
    const response = await this.server.fetch(url, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(wantsKey(this.server.document, method, url) ? { 'idempotency-key': randomUUID() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const content = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const answer = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: isJson ? (JSON.parse(content) as unknown) : content || undefined,
    };
    validateAnswer(this.server.document, { method, url, ...answer });
    return answer;
  }
}
