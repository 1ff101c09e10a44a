import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SMTPServer } from 'smtp-server';
import { Connection } from './client';
import { percentile } from './load';
import { ProbedServer } from './probed-server';
import { run } from './processes';
import { createSchool, settings, type School } from './school';

/**
 * `node scripts/announcement.mjs [--engine postgres] [--people 10000]` announces something to everybody by mail. It reports how long
 * the request takes, how long the mails take, how long a security alert takes meanwhile, and the time of the reads of others.
 */
const options = {
  engine: { type: 'string', default: 'sqlite' },
  people: { type: 'string', default: '10000' },
} as const;
const password = 'a long enough password for an hour';
const readerCount = 4;
const pauseMs = 25;
const alertEveryMs = 10_000;

async function main(): Promise<void> {
  const { engine, people } = parseArgs({ options }).values;
  if (engine !== 'postgres' && engine !== 'sqlite') throw new Error('--engine is postgres or sqlite');
  const mailServer = await MailServer.start();
  const school = await createSchool(engine, people);
  const environment = {
    ...settings,
    CREDENTIAL_RATE_LIMIT_PER_MINUTE: '100000',
    REGISTRATION_LIMIT_PER_HOUR: '100000',
    ADMIN_SECOND_FACTOR: 'offered',
    DATABASE_URL: school.url,
    MAIL_URL: `smtp://127.0.0.1:${mailServer.port}/?requireTLS=false`,
    MAIL_FROM: 'School <school@school.example>',
  };
  try {
    const administrator = ['admin:create', '--username', 'announcer', '--email', 'announcer@school.example'];
    await run('dist/src/cli.js', administrator, environment, password);
    await school.execute(school.url, 'UPDATE users_user SET email_verified_at = created_at');
    const server = await ProbedServer.start(environment);
    try {
      await measure(server.port, school, mailServer);
    } finally {
      await server.stop();
    }
  } finally {
    await school.stop();
    mailServer.close();
  }
}

async function measure(port: number, school: School, mailServer: MailServer): Promise<void> {
  const announcer = await requestToken(port, '/auth/login', { login: 'announcer', password });
  const readers = await Promise.all(Array.from({ length: readerCount }, () => register(port)));
  await measureReads(port, readers, () => sleep(5_000));
  const before = await measureReads(port, readers, () => sleep(20_000));
  const startedMs = performance.now();
  let requestMs = 0;
  const during = await measureReads(port, readers, async () => {
    const announced = announce(port, announcer).then((id) => {
      requestMs = performance.now() - startedMs;
      return waitUntilSent(port, announcer, id);
    });
    await alertUntil(announced, port, mailServer);
    await waitForMails(school);
  });
  console.log(`request: ${requestMs.toFixed(0)} ms`);
  console.log(
    `mails at the mail server: ${mailServer.count} after ${((performance.now() - startedMs) / 1_000).toFixed(0)} s`,
  );
  console.log(`security alerts meanwhile: ${mailServer.alerts.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`);
  console.log(`reads of others, p99: ${before.toFixed(1)} ms before, ${during.toFixed(1)} ms during`);
}

async function announce(port: number, token: string): Promise<number> {
  const body = { title: 'Summer break', message: 'The studio is closed in August.', audience: 'all' };
  const response = await send(port, { method: 'POST', path: '/notifications/announcements', token, body });
  return response.id as number;
}

/** Prints the progress that administrators see. Deliveries begin after two minutes, so that a burst becomes one mail. */
async function waitUntilSent(port: number, token: string, id: number): Promise<void> {
  for (;;) {
    await sleep(10_000);
    const path = `/notifications/announcements/${id}/deliveries`;
    const progress = await send(port, { method: 'GET', path, token });
    console.error(JSON.stringify(progress));
    const [email] = progress.channels as { waiting: number }[];
    if (email?.waiting === 0) return;
  }
}

/** Changes the password of a new person again and again, and notes when the mail about it arrives. */
async function alertUntil(work: Promise<void>, port: number, mailServer: MailServer): Promise<void> {
  const state = { isOver: false };
  const done = work.finally(() => (state.isOver = true));
  while (!state.isOver) {
    const email = `${randomUUID()}@school.example`;
    const token = await register(port, email);
    mailServer.expectAlert(email);
    const body = { currentPassword: password, newPassword: `${password} and a day` };
    await send(port, { method: 'PUT', path: '/me/password', token, body });
    await Promise.race([done, sleep(alertEveryMs)]);
  }
  await done;
}

async function waitForMails(school: School): Promise<void> {
  for (;;) {
    const [row] = await school.execute(
      school.url,
      `SELECT count(*) AS waiting FROM platform_mail WHERE status = 'waiting'`,
    );
    if (Number(row!.waiting) === 0) return;
    await sleep(1_000);
  }
}

/** The time of 99 % of the reads of these people while `work` is done. */
async function measureReads(port: number, tokens: string[], work: () => Promise<void>): Promise<number> {
  let isOver = false;
  const reading = Promise.all(tokens.map((token) => readUntil(port, token, () => isOver)));
  await work().finally(() => (isOver = true));
  return percentile((await reading).flat(), 0.99);
}

async function readUntil(port: number, token: string, isOver: () => boolean): Promise<number[]> {
  const connection = await Connection.open(port);
  const durationsMs: number[] = [];
  for (let count = 0; !isOver(); count++) {
    const path = count % 2 === 0 ? '/api/v1/me/notifications' : '/api/v1/courses';
    const startedMs = performance.now();
    // A token lasts ten minutes. A refused read takes about as long.
    await connection.send({ method: 'GET', path, token });
    durationsMs.push(performance.now() - startedMs);
    await sleep(pauseMs);
  }
  connection.close();
  return durationsMs;
}

/** Accepts all mails and counts them. */
class MailServer {
  count = 0;
  readonly alerts: number[] = [];
  private readonly expected = new Map<string, number>();

  private constructor(private readonly server: SMTPServer) {}

  static async start(): Promise<MailServer> {
    const started: MailServer = new MailServer(
      new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS'],
        onData: (stream, { envelope }, done) => {
          let text = '';
          stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
          stream.on('end', () => {
            started.take(envelope.rcptTo[0]!.address, text);
            done();
          });
        },
      }),
    );
    started.server.listen(0, '127.0.0.1');
    await once(started.server.server, 'listening');
    return started;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  expectAlert(address: string): void {
    this.expected.set(address, performance.now());
  }

  close(): void {
    this.server.close();
  }

  private take(address: string, text: string): void {
    this.count++;
    const sinceMs = this.expected.get(address);
    if (sinceMs !== undefined && /^Subject: Your password was changed/m.test(text))
      this.alerts.push(performance.now() - sinceMs);
  }
}

interface Call {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  token: string | null;
  body?: object;
}

async function send(port: number, { path, method, token, body }: Call): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    body: body ? JSON.stringify(body) : null,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 300)}`);
  return text ? (JSON.parse(text) as Record<string, unknown>) : {};
}

async function requestToken(port: number, path: string, body: object): Promise<string> {
  return (await send(port, { method: 'POST', path, token: null, body })).accessToken as string;
}

const register = (port: number, email = `${randomUUID()}@school.example`): Promise<string> =>
  requestToken(port, '/auth/register', {
    username: `r-${randomUUID().slice(0, 12)}`,
    email,
    password,
    role: 'student',
  });

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
