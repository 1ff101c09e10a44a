import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { demoPassword } from '../demo/people';
import { Connection, type HttpResponse } from './client';
import { ProbedServer, type LoopDelay } from './probed-server';
import { percentile } from './load';
import { run } from './processes';
import { createSchool, settings, type School } from './school';

/**
 * `node scripts/loop-delay.mjs [--engine postgres] [--people 10000] [--logins 100] [--attackers 200] [--seconds 10]` measures the
 * event loop delay of one process and the time of reads of other users, while many people log in at once, while many people get
 * rewards and notifications, and while anonymous clients send large bodies without a token.
 */
const options = {
  engine: { type: 'string', default: 'sqlite' },
  people: { type: 'string', default: '10000' },
  logins: { type: 'string', default: '100' },
  attackers: { type: 'string', default: '200' },
  seconds: { type: 'string', default: '10' },
} as const;
/** The delay of the event loop that no phase may exceed. */
const maxDelayMs = 200;
/** How much slower the reads may become than in the first phase. */
const maxReadRatio = 3;
const maxReadRatioDuringLogins = 2;
const readerCount = 6;
const pauseMs = 20;
const adminPassword = 'a long enough password for an hour';
interface Phase extends LoopDelay {
  name: string;
  seconds: number;
  /** 99 % of the reads of other users took at most this long. */
  readP99Ms: number;
  readMaxMs: number;
  note: string;
  maxReadRatio: number;
}

async function main(): Promise<void> {
  const { engine, people, logins, attackers, seconds } = parseArgs({ options }).values;
  if (engine !== 'postgres' && engine !== 'sqlite') throw new Error('--engine is postgres or sqlite');
  const school = await createSchool(engine, people);
  // A password that is being checked counts as a wrong one, and all logins come from one address.
  const environment = {
    ...settings,
    CREDENTIAL_RATE_LIMIT_PER_MINUTE: '100000',
    // The administrator gives rewards with a password only.
    ADMIN_SECOND_FACTOR: 'offered',
    DATABASE_URL: school.url,
  };
  try {
    const createAdministrator = ['admin:create', '--username', 'treasurer', '--email', 'treasurer@school.example'];
    await run('dist/src/cli.js', createAdministrator, environment, adminPassword);
    const server = await ProbedServer.start(environment);
    const durationMs = Number(seconds) * 1_000;
    try {
      printReport(await measure(server, school, { logins: Number(logins), attackers: Number(attackers), durationMs }));
    } finally {
      await server.stop();
    }
  } finally {
    await school.stop();
  }
}

interface Sizes {
  logins: number;
  attackers: number;
  durationMs: number;
}

async function measure(
  server: ProbedServer,
  school: School,
  { logins, attackers, durationMs }: Sizes,
): Promise<Phase[]> {
  const { port } = server;
  const treasurerToken = await requestToken(port, '/auth/login', { login: 'treasurer', password: adminPassword });
  const tokens: string[] = [];
  for (let reader = 0; reader < readerCount; reader++)
    tokens.push(await requestToken(port, '/auth/register', createReader()));
  const measurePhase = (name: string, work: () => Promise<string>, maxRatio = maxReadRatio): Promise<Phase> =>
    runPhase(server, tokens, { name, work, maxReadRatio: maxRatio });
  // The server gets requests before the first phase because code that is not compiled yet would make this phase slower.
  await measurePhase('warming up', () => sleep(durationMs / 2, ''));
  return [
    await measurePhase('before', () => sleep(durationMs, '')),
    await measurePhase(`${logins} people log in at once`, () => logIn(port, logins), maxReadRatioDuringLogins),
    await measurePhase('everybody gets a reward and a notification', () =>
      rewardAndNotify(port, treasurerToken, school, durationMs),
    ),
    await measurePhase('anonymous clients send large bodies', () => sendLargeBodies(port, attackers, durationMs)),
  ];
}

async function runPhase(
  server: ProbedServer,
  tokens: string[],
  { name, work, maxReadRatio: maxRatio }: { name: string; work: () => Promise<string>; maxReadRatio: number },
): Promise<Phase> {
  // Discards the delay before this phase.
  await server.takeLoopDelay();
  let isOver = false;
  const reading = Promise.all(tokens.map((token) => sendReads(server.port, token, () => isOver)));
  const startedMs = performance.now();
  const note = await work().finally(() => {
    isOver = true;
    // If the work fails, the server is stopped and so are the reads.
    reading.catch(() => undefined);
  });
  const seconds = (performance.now() - startedMs) / 1_000;
  console.error(`${name}: ${seconds.toFixed(1)} s`);
  const durationsOfReaders = await reading;
  const durationsMs = durationsOfReaders.flat();
  const reads = { readP99Ms: percentile(durationsMs, 0.99), readMaxMs: percentile(durationsMs, 1) };
  const loopDelay = await server.takeLoopDelay();
  return { name, seconds, note, maxReadRatio: maxRatio, ...reads, ...loopDelay };
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
async function rewardAndNotify(port: number, token: string, school: School, durationMs: number): Promise<string> {
  const phaseEnd = sleep(durationMs);
  const startedMs = performance.now();
  const status = await rewardAllStudents(port, token);
  const rewardSeconds = secondsSince(startedMs);
  const eventCount = await waitForEmptyOutbox(school);
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
async function waitForEmptyOutbox(school: School): Promise<number> {
  const countEvents = async (): Promise<number> => {
    const sql = 'SELECT count(*) AS waiting FROM platform_outbox WHERE dead_at IS NULL';
    const [row] = await school.execute(school.url, sql);
    return Number(row!.waiting);
  };
  const eventCount = await countEvents();
  const endMs = Date.now() + 600_000;
  while ((await countEvents()) > 0) {
    if (Date.now() > endMs) throw new Error('The outbox was not empty within ten minutes');
    await sleep(200);
  }
  return eventCount;
}

/** All people send their correct password at the same time, each over a connection of their own. */
async function logIn(port: number, count: number): Promise<string> {
  const durationsMs = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const startedMs = performance.now();
      await requestToken(port, '/auth/login', { login: `student${index + 1}`, password: demoPassword });
      return performance.now() - startedMs;
    }),
  );
  return `the last one waited ${(percentile(durationsMs, 1) / 1_000).toFixed(1)} s`;
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
  const isWithinLimits = (phase: Phase): boolean =>
    phase.maxMs < maxDelayMs && phase.readP99Ms <= phase.maxReadRatio * undisturbedP99Ms;
  const limits = `at most ${maxReadRatioDuringLogins} × (logins) and ${maxReadRatio} × (others)`;
  console.log(`\nBelow ${maxDelayMs} ms, and ${limits}: ${phases.every(isWithinLimits) ? 'reached' : 'NOT reached'}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
