import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { buildOnce, root } from './build-once';
import { validateResponse, requiresKey, type Contract } from './contract';
import { withoutCoinLimits } from './limits';
import { poolerSettings } from './postgres-databases';
import type { ApiResponse } from './school';

export type Environment = Record<string, string>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const endWithParent = ['--require', path.join(__dirname, 'end-with-parent.cjs')];
const startTimeoutMs = 30_000;
const programTimeoutMs = 240_000;

/** The environment of every started program. It is complete, because a program must not get the variables of jest. */
export const environmentFor = (databaseUrl: string, more: Environment): Environment => ({
  PATH: process.env.PATH ?? '',
  NODE_ENV: 'test',
  // No program of a test reads the .env of a developer.
  ENV_FILE: '',
  DATABASE_URL: databaseUrl,
  AUTH_SECRET: 'a secret for tests that is long enough',
  RATE_LIMIT_PER_MINUTE: '1000000',
  CREDENTIAL_RATE_LIMIT_PER_MINUTE: '1000000',
  REGISTRATION_LIMIT_PER_HOUR: '1000000',
  ...withoutCoinLimits,
  LOG_LEVEL: 'warn',
  FILES_URL: `folder:${process.env.TEST_SQLITE_FOLDER ?? tmpdir()}/files`,
  STOP_WAIT_MS: '0',
  ...poolerSettings(databaseUrl),
  ...more,
});

/** The server as it runs in production. It is a separate process on a free port of 127.0.0.1, and is called over HTTP. */
export class Server {
  document: Contract;

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    readonly url: string,
    private readonly log: string[],
  ) {}

  /** Builds the program if needed, starts it, and waits until it is ready. */
  static async start(databaseUrl: string, environment: Environment = {}): Promise<Server> {
    await buildOnce();
    const child = spawn(process.execPath, [...endWithParent, 'dist/src/main.js'], {
      cwd: root,
      env: environmentFor(databaseUrl, { HOST: '127.0.0.1', PORT: '0', ...environment }),
    });
    const log: string[] = [];
    child.stderr.on('data', (part: Buffer) => log.push(part.toString()));
    const server = new Server(child, await waitForUrl(child, log), log);
    await server.waitUntilReady();
    server.document = (await (await server.fetch('/openapi.json')).json()) as Contract;
    return server;
  }

  /** A client that sends the token that `token` returns at the time of each request. */
  caller(token: () => string | null = () => null): Caller {
    return new Caller(this, token);
  }

  /** Like the global `fetch`, but the error of a broken connection also holds the log of the process. */
  async fetch(path: string, options?: RequestInit): Promise<Response> {
    return fetch(this.url + path, options).catch((error: Error & { cause?: { code?: string } }) => {
      const { exitCode, signalCode } = this.child;
      const state = exitCode === null && signalCode === null ? 'runs' : `ended with ${signalCode ?? exitCode}`;
      throw new Error(`${path}: ${error.cause?.code ?? error.message}; the process ${state}\n${this.log.join('')}`);
    });
  }

  /** A `fetch` for the published client. Every response is checked against the document of the server. */
  async checkedFetch(address: string, init: RequestInit): Promise<Response> {
    const { pathname, search } = new URL(address);
    const url = pathname + search;
    const response = await this.fetch(url, init);
    const content = await response.clone().text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const body = isJson ? (JSON.parse(content) as unknown) : content || undefined;
    const { status, headers } = response;
    validateResponse(this.document, {
      ...{ method: init.method!, url, status, body },
      headers: Object.fromEntries(headers),
    });
    return response;
  }

  /** Everything that the process has written to its output so far. */
  get output(): string {
    return this.log.join('');
  }

  /** Stops the process as an operator or a rolling restart does, and returns its exit code. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** Kills the process, as a power failure would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit') as Promise<[number | null]>;
    this.child.kill(signal);
    return (await exited)[0];
  }

  private async waitUntilReady(): Promise<void> {
    const deadline = Date.now() + startTimeoutMs;
    while (Date.now() < deadline) {
      const response = await this.fetch('/health/ready');
      if (response.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`The server did not become ready:\n${this.log.join('')}`);
  }
}

/** Waits for the URL in the output of the process. The output is read to the end, because a full pipe would block the process. */
export async function waitForUrl(child: ChildProcessWithoutNullStreams, log: string[]): Promise<string> {
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

export interface ProgramResult {
  code: number | null;
  out: string;
  problem: string;
}

/** Runs a program of the project and waits for its end. `dist/` must be built. */
export async function runProgram(
  databaseUrl: string,
  args: string[],
  more: Environment = {},
  input = '',
  cwd = root,
): Promise<ProgramResult> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: environmentFor(databaseUrl, more),
    timeout: programTimeoutMs,
  });
  child.stdin.on('error', () => undefined).end(input);
  const exited = once(child, 'close') as Promise<[number | null]>;
  const [out, problem, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, out, problem };
}

/** Runs a command of the command line and returns its output. @throws if the exit code is not 0 */
export async function cli(databaseUrl: string, args: string[], input = ''): Promise<string> {
  await buildOnce();
  const { code, out, problem } = await runProgram(databaseUrl, ['dist/src/cli.js', ...args], {}, input);
  if (code !== 0) throw new Error(`${args.join(' ')} exited with ${code}:\n${out}\n${problem}`);
  return out;
}

/** A client over real HTTP. Every response is checked against the document of its server. */
export class Caller {
  constructor(
    private readonly server: Server,
    private readonly token: () => string | null,
  ) {}

  get = (path: string): Promise<ApiResponse> => this.send('GET', path);
  post = (path: string, body?: unknown, headers?: Environment): Promise<ApiResponse> =>
    this.send('POST', path, body, headers);
  put = (path: string, body?: unknown, headers?: Environment): Promise<ApiResponse> =>
    this.send('PUT', path, body, headers);
  patch = (path: string, body?: unknown): Promise<ApiResponse> => this.send('PATCH', path, body);
  delete = (path: string, body?: unknown): Promise<ApiResponse> => this.send('DELETE', path, body);

  /** `path` has no `/api/v1` prefix. */
  async send(method: Method, path: string, body?: unknown, headers: Environment = {}): Promise<ApiResponse> {
    const url = `/api/v1${path}`;
    const token = this.token();
    const response = await this.server.fetch(url, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(requiresKey(this.server.document, method, url) ? { 'idempotency-key': randomUUID() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const content = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const received = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: isJson ? (JSON.parse(content) as unknown) : content || undefined,
    };
    validateResponse(this.server.document, { method, url, ...received });
    return received;
  }
}
