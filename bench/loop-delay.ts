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
import { secret } from './school';

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
/** The delay of the event loop that no phase may exceed. */
const maxDelayMs = 200;
/** How much slower the reads may become than in the first phase. */
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
  /** 99 % of the reads of other users took at most this long. */
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
    const startedMs = performance.now();
    await run('dist/src/cli.js', ['seed', '--users', people, '--courses', '20'], environment);
    console.log(`Created ${people} people in ${secondsSince(startedMs)} s`);
    const createAdministrator = ['admin:create', '--username', 'treasurer', '--email', 'treasurer@school.example'];
    await run('dist/src/cli.js', createAdministrator, environment, adminPassword);
    const server = await ProbedServer.start(environment);
    try {
      const phases = await measure(server, file, Number(attackers), Number(seconds) * 1_000);
      printReport(phases);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  server: ProbedServer,
  file: string,
  attackerCount: number,
  durationMs: number,
): Promise<Phase[]> {
  const { port } = server;
  const treasurerToken = await requestToken(port, '/auth/login', { login: 'treasurer', password: adminPassword });
  const tokens: string[] = [];
  for (let reader = 0; reader < readerCount; reader++)
    tokens.push(await requestToken(port, '/auth/register', createReader()));
  const measurePhase = (name: string, work: () => Promise<string>): Promise<Phase> =>
    runPhase(server, tokens, name, work);
  // The server gets requests before the first phase because code that is not compiled yet would make this phase slower.
  await measurePhase('warming up', () => sleep(durationMs / 2, ''));
  return [
    await measurePhase('before', () => sleep(durationMs, '')),
    await measurePhase('everybody gets a reward and a notification', () =>
      rewardAndNotify(port, treasurerToken, file, durationMs),
    ),
    await measurePhase('anonymous clients send large bodies', () => sendLargeBodies(port, attackerCount, durationMs)),
  ];
}

async function runPhase(
  server: ProbedServer,
  tokens: string[],
  name: string,
  work: () => Promise<string>,
): Promise<Phase> {
  // Discards the delay before this phase.
  await server.takeLoopDelay();
  let isOver = false;
  const reading = Promise.all(tokens.map((token) => sendReads(server.port, token, () => isOver)));
  const startedMs = performance.now();
  const note = await work();
  const seconds = (performance.now() - startedMs) / 1_000;
  isOver = true;
  console.error(`${name}: ${seconds.toFixed(1)} s`);
  const durationsOfReaders = await reading;
  const durationsMs = durationsOfReaders.flat().sort((left, right) => left - right);
  const readP99Ms = durationsMs[Math.floor(durationsMs.length * 0.99)] ?? NaN;
  const readMaxMs = durationsMs.at(-1) ?? NaN;
  const loopDelay = await server.takeLoopDelay();
  return { name, seconds, note, readP99Ms, readMaxMs, ...loopDelay };
}

/** Sends reads of one user until `isOver`, and returns their durations in milliseconds. */
async function sendReads(port: number, token: string, isOver: () => boolean): Promise<number[]> {
  let connection = await Connection.open(port);
  const durationsMs: number[] = [];
  for (let readCount = 0; !isOver(); readCount++) {
    const path = readCount % 2 === 0 ? '/api/v1/me' : '/api/v1/courses';
    const startedMs = performance.now();
    const response = await connection.send({ method: 'GET', path, token }).catch(() => null);
    // A broken connection also counts as a read with its duration. A new connection is opened, as a browser does.
    if (response) requireSuccess(response);
    else connection = await Connection.open(port);
    durationsMs.push(performance.now() - startedMs);
    await sleep(pauseMs);
  }
  connection.close();
  return durationsMs;
}

/**
 * Rewards all students and waits until their notifications are delivered. The phase lasts `durationMs` although the reward takes
 * only a second or two, so that the reads can be compared with those of the other phases.
 */
async function rewardAndNotify(port: number, token: string, file: string, durationMs: number): Promise<string> {
  const phaseEnd = sleep(durationMs);
  const startedMs = performance.now();
  const status = await rewardAllStudents(port, token);
  const rewardSeconds = secondsSince(startedMs);
  const eventCount = await waitForEmptyOutbox(file);
  const deliverySeconds = secondsSince(startedMs);
  const note = `status ${status} after ${rewardSeconds} s; ${eventCount} events were delivered after ${deliverySeconds} s`;
  await phaseEnd;
  return note;
}

async function rewardAllStudents(port: number, token: string): Promise<number> {
  const connection = await Connection.open(port);
  const body = { role: 'student', amount: 1, reason: 'For the exhibition' };
  const call = { method: 'POST', path: '/api/v1/rewards/bulk', token, body } as const;
  const response = await connection.send({ ...call, headers: { 'idempotency-key': randomUUID() } });
  connection.close();
  requireSuccess(response);
  return response.status;
}

/** Waits until the outbox is empty. @returns the number of events at the beginning */
async function waitForEmptyOutbox(file: string): Promise<number> {
  const database = new Sqlite(file, { readonly: true });
  const countStatement = database.prepare('SELECT count(*) FROM platform_outbox WHERE dead_at IS NULL').pluck();
  const countEvents = (): number => countStatement.get() as number;
  const eventCount = countEvents();
  const endMs = Date.now() + 600_000;
  while (countEvents() > 0) {
    if (Date.now() > endMs) throw new Error('The outbox was not empty within ten minutes');
    await sleep(200);
  }
  database.close();
  return eventCount;
}

/** The clients run in a process of their own, so that their processor time does not slow down the measured reads. */
const sendLargeBodies = (port: number, clientCount: number, durationMs: number): Promise<string> =>
  run('dist/bench/anonymous-clients.js', [String(port), String(clientCount), String(durationMs)], {});

async function requestToken(port: number, route: string, body: object): Promise<string> {
  const connection = await Connection.open(port);
  const response = await connection.send({ method: 'POST', path: `/api/v1${route}`, token: null, body });
  connection.close();
  requireSuccess(response);
  return (JSON.parse(response.body) as { accessToken: string }).accessToken;
}

function createReader(): object {
  const username = `reader-${randomUUID().slice(0, 12)}`;
  // A reader is a teacher because one bulk reward goes to at most 10,000 students.
  return { username, email: `${username}@school.example`, password: adminPassword, role: 'teacher' };
}

function requireSuccess({ status, body }: HttpResponse): void {
  if (status >= 300) throw new Error(`${status} ${body.slice(0, 300)}`);
}

const secondsSince = (startedMs: number): string => ((performance.now() - startedMs) / 1_000).toFixed(1);

function printReport(phases: Phase[]): void {
  const undisturbedP99Ms = phases[0]!.readP99Ms;
  console.log('\n| | seconds | loop delay, max (ms) | reads of others, p99 (ms) | ratio | max (ms) | |');
  console.log('|---|---:|---:|---:|---:|---:|---|');
  for (const { name, seconds, maxMs, readP99Ms, readMaxMs, note } of phases) {
    const ratio = readP99Ms / undisturbedP99Ms;
    const cells = [seconds.toFixed(1), maxMs.toFixed(0), readP99Ms.toFixed(1), ratio.toFixed(2), readMaxMs.toFixed(0)];
    console.log(`| ${name} | ${cells.join(' | ')} | ${note} |`);
  }
  const isWithinLimits = ({ maxMs, readP99Ms }: Phase): boolean =>
    maxMs < maxDelayMs && readP99Ms <= maxReadRatio * undisturbedP99Ms;
  const isReached = phases.every(isWithinLimits);
  console.log(`\nBelow ${maxDelayMs} ms and at most ${maxReadRatio} ×: ${isReached ? 'reached' : 'NOT reached'}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
