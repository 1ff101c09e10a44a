import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import Sqlite from 'better-sqlite3';
import { Connection, type HttpResponse } from './client';
import { ProbedServer, type LoopDelay } from './probed-server';
import { run } from './processes';
import { secret } from './people';

/**
 * `node scripts/loop-delay.mjs [--people 10000] [--attackers 200] [--seconds 10]` measures the event loop delay of one SQLite
 * process and the time of reads of other users, while many people get rewards and notifications, and while anonymous clients
 * send large bodies without a token.
 */
const options = {
  people: { type: 'string', default: '10000' },
  attackers: { type: 'string', default: '200' },
  seconds: { type: 'string', default: '10' },
} as const;
const maxDelayMs = 200;
const maxReadRatio = 3;
const readerCount = 6;
const pauseMs = 20;
const adminPassword = 'a long enough password for an hour';
const settings = {
  NODE_ENV: 'test',
  AUTH_SECRET: secret,
  PORT: '0',
  HOST: '127.0.0.1',
  LOG_LEVEL: 'error',
  RATE_LIMIT_PER_MINUTE: '100000000',
  CREDENTIAL_RATE_LIMIT_PER_MINUTE: '100000000',
  DEMO_SCHOOL: 'off',
};

interface Phase extends LoopDelay {
  name: string;
  seconds: number;
  readP99Ms: number;
  readMaxMs: number;
  note: string;
}

async function main(): Promise<void> {
  const { people, attackers, seconds } = parseArgs({ options }).values;
  const folder = mkdtempSync(path.join(tmpdir(), 'teoart-loop-'));
  const file = path.join(folder, 'school.sqlite3');
  const environment = { ...settings, DATABASE_URL: `sqlite:${file}` };
  try {
    const startedAt = performance.now();
    await run('dist/src/cli.js', ['seed', '--users', people, '--courses', '20'], environment);
    console.log(`Seeded ${people} people in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
    const create = ['admin:create', '--username', 'treasurer', '--email', 'treasurer@school.example'];
    await run('dist/src/cli.js', create, environment, adminPassword);
    const server = await ProbedServer.start(environment);
    try {
      report(await measure(server, file, Number(attackers), Number(seconds) * 1_000));
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(server: ProbedServer, file: string, attackers: number, durationMs: number): Promise<Phase[]> {
  const { port } = server;
  const treasurer = await tokenOf(port, '/auth/login', { login: 'treasurer', password: adminPassword });
  const tokens: string[] = [];
  for (let at = 0; at < readerCount; at++) tokens.push(await tokenOf(port, '/auth/register', newReader()));
  const measurePhase = (name: string, work: () => Promise<string>): Promise<Phase> =>
    runPhase(server, tokens, name, work);
  // Warms up first, because code that is not compiled yet would make the first phase slower.
  await measurePhase('warming up', () => sleep(durationMs / 2, ''));
  return [
    await measurePhase('before', () => sleep(durationMs, '')),
    await measurePhase('everybody gets a reward and a notification', () =>
      rewardAndNotify(port, treasurer, file, durationMs),
    ),
    await measurePhase('anonymous clients send large bodies', () => attack(port, attackers, durationMs)),
  ];
}

async function runPhase(
  server: ProbedServer,
  tokens: string[],
  name: string,
  work: () => Promise<string>,
): Promise<Phase> {
  await server.loopDelay();
  let isOver = false;
  const reading = Promise.all(tokens.map((token) => read(server.port, token, () => isOver)));
  const started = performance.now();
  const note = await work();
  const seconds = (performance.now() - started) / 1_000;
  isOver = true;
  console.error(`${name}: ${seconds.toFixed(1)} s`);
  const durations = (await reading).flat().sort((left, right) => left - right);
  const readP99Ms = durations[Math.floor(durations.length * 0.99)] ?? NaN;
  return { name, seconds, note, readP99Ms, readMaxMs: durations.at(-1) ?? NaN, ...(await server.loopDelay()) };
}

/** Sends reads of one user until `isOver`, and returns their durations. */
async function read(port: number, token: string, isOver: () => boolean): Promise<number[]> {
  let connection = await Connection.open(port);
  const durations: number[] = [];
  for (let at = 0; !isOver(); at++) {
    const path = at % 2 === 0 ? '/api/v1/me' : '/api/v1/courses';
    const started = performance.now();
    const response = await connection.send({ method: 'GET', path, token }).catch(() => null);
    // A broken connection counts with the time that it took, and is opened again as a browser does.
    if (response) requireSuccess(response);
    else connection = await Connection.open(port);
    durations.push(performance.now() - started);
    await sleep(pauseMs);
  }
  connection.close();
  return durations;
}

/** The phase lasts as long as the others, although the reward takes only a second or two, so that the reads are comparable. */
async function rewardAndNotify(port: number, token: string, file: string, durationMs: number): Promise<string> {
  const phaseEnd = sleep(durationMs);
  const started = performance.now();
  const elapsedSeconds = (): string => ((performance.now() - started) / 1_000).toFixed(1);
  const status = await reward(port, token);
  const rewardSeconds = elapsedSeconds();
  const events = await waitForEmptyOutbox(file);
  const note = `status ${status} after ${rewardSeconds} s; ${events} events were delivered after ${elapsedSeconds()} s`;
  await phaseEnd;
  return note;
}

async function reward(port: number, token: string): Promise<number> {
  const connection = await Connection.open(port);
  const body = { role: 'student', amount: 1, reason: 'For the exhibition' };
  const call = { method: 'POST', path: '/api/v1/rewards/bulk', token, body } as const;
  const response = await connection.send({ ...call, headers: { 'idempotency-key': randomUUID() } });
  connection.close();
  requireSuccess(response);
  return response.status;
}

/** Waits until the outbox is empty, read over a second connection. @returns how many events it held at first */
async function waitForEmptyOutbox(file: string): Promise<number> {
  const database = new Sqlite(file, { readonly: true });
  const countWaiting = database.prepare('SELECT count(*) FROM platform_outbox WHERE dead_at IS NULL').pluck();
  const eventCount = countWaiting.get() as number;
  for (const end = Date.now() + 600_000; (countWaiting.get() as number) > 0; await sleep(200))
    if (Date.now() > end) throw new Error('The outbox was not empty within ten minutes');
  database.close();
  return eventCount;
}

/** The clients run in a process of their own, so that their own processor time does not slow down the measured reads. */
const attack = (port: number, count: number, durationMs: number): Promise<string> =>
  run('dist/bench/anonymous-clients.js', [String(port), String(count), String(durationMs)], {});

async function tokenOf(port: number, route: string, body: object): Promise<string> {
  const connection = await Connection.open(port);
  const response = await connection.send({ method: 'POST', path: `/api/v1${route}`, token: null, body });
  connection.close();
  requireSuccess(response);
  return (JSON.parse(response.body) as { accessToken: string }).accessToken;
}

function newReader(): object {
  const username = `reader-${randomUUID().slice(0, 12)}`;
  // A reader is not a student, because one reward goes to at most 10,000 students.
  return { username, email: `${username}@school.example`, password: adminPassword, role: 'teacher' };
}

function requireSuccess({ status, body }: HttpResponse): void {
  if (status >= 300) throw new Error(`${status} ${body.slice(0, 300)}`);
}

function report(phases: Phase[]): void {
  const before = phases[0]!.readP99Ms;
  console.log('\n| | seconds | loop delay, max (ms) | reads of others, p99 (ms) | ratio | max (ms) | |');
  console.log('|---|---:|---:|---:|---:|---:|---|');
  for (const { name, seconds, maxMs, readP99Ms, readMaxMs, note } of phases)
    console.log(
      `| ${name} | ${seconds.toFixed(1)} | ${maxMs.toFixed(0)} | ${readP99Ms.toFixed(1)} | ${(readP99Ms / before).toFixed(2)} | ${readMaxMs.toFixed(0)} | ${note} |`,
    );
  const isReached = phases.every(({ maxMs, readP99Ms }) => maxMs < maxDelayMs && readP99Ms <= maxReadRatio * before);
  console.log(`\nBelow ${maxDelayMs} ms and at most ${maxReadRatio} ×: ${isReached ? 'reached' : 'NOT reached'}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
