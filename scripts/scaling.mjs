/**
 * `node scripts/scaling.mjs [--users 5000] [--rounds 3] [--seconds 5] [--only PATTERN]` measures 1, 2 and 4 API processes on this
 * machine over one PostgreSQL: without a pooler, through PgBouncer, and with a replica. Each row is the median of the rounds.
 * It needs Linux and `wrk`, and for some rows `pgbouncer` (`apt-get install wrk pgbouncer`).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installedPooler } from '../test/support/pooler.mjs';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { openSessions, secret } from './scaling/people.mjs';
import { busyMs, processorMs, run, start } from './scaling/processes.mjs';

const script = fileURLToPath(new URL('scaling/requests.lua', import.meta.url));
const courseCount = 200;
const connectionCount = 32;
const threadCount = 4;
/** Each process compiles its code by itself, so more processes are warmed up for longer. */
const warmUpSeconds = 12;
/** The largest share of the processors that other programs may take from a measurement. Otherwise it is repeated. */
const maxOtherShare = 0.1;
const maxAttempts = 3;
const retryPauseMs = 3_000;
/** One write in five is the completion of a lesson, with its reward. The others are transfers. */
const transfersPerCompletion = 4;
const maxWarmUpTransfers = 50_000;
const completionsPerSecond = 400;
const settings = {
  NODE_ENV: 'production',
  AUTH_SECRET: secret,
  HOST: '127.0.0.1',
  PORT: '0',
  RATE_LIMIT_PER_MINUTE: '100000000',
  TRANSFERS_PER_PAIR_A_DAY: '1000000',
  TRUST_PROXY_HOPS: '0',
  PUBLIC_URL: 'https://school.test',
  DEMO_SCHOOL: 'off',
};

/** Each has one worker: in the only process, or beside the API processes. */
const setups = [
  { name: '1 process with the worker', api: 1, worker: 'inside' },
  ...['', 'PgBouncer', 'a replica'].flatMap((extra) =>
    [1, 2, 4].map((api) => ({ name: `${api} API + 1 worker${extra && `, ${extra}`}`, api, worker: 'beside', extra })),
  ),
];

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
});
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
const folder = mkdtempSync(path.join(tmpdir(), 'teoart-scaling-'));

async function main() {
  if (spawnSync('wrk', ['-v']).error) throw new Error('wrk is not installed (apt-get install wrk)');
  install();
  build();
  const chosen = setups.filter(({ name, extra }) => new RegExp(values.only).test(name) && isPossible(name, extra));
  const database = await start('test/support/postgres-supervisor.mjs', ['--durable'], {}, /^(postgres.*)/m);
  try {
    const env = { ...settings, DATABASE_URL: database.found };
    console.log(run('node', ['dist/src/cli.js', 'seed', '--users', values.users, '--courses', `${courseCount}`], env));
    const load = new Load(await openSessions(database.found, courseCount));
    const results = new Map(chosen.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const setup of round % 2 === 0 ? chosen : chosen.toReversed())
        results.get(setup.name).push(await measure(setup, database, load));
    }
    print(results);
    console.log(`\n${run('node', ['dist/src/cli.js', 'job', 'rewards:audit'], env)}`);
  } finally {
    await database.stop();
    rmSync(folder, { recursive: true });
  }
}

function isPossible(name, extra) {
  if (extra !== 'PgBouncer' || installedPooler()) return true;
  console.log(`SKIPPED ${name}: pgbouncer is not installed (apt-get install pgbouncer)`);
  return false;
}

/** The requests of each measurement. A completion is used once. */
class Load {
  #fileCount = 0;
  #transferCount = 0;

  constructor(requests) {
    this.requests = requests;
    this.reads = this.#write('reads', requests.reads);
  }

  nextWrites() {
    const completions = this.requests.completions.splice(0, completionsPerSecond * seconds);
    if (completions.length < completionsPerSecond * seconds) throw new Error('Too few lessons. Use more --users');
    // Each thread takes every fourth line, so a group of five lines gives each thread its share of completions.
    const lines = completions.flatMap((line) => [line, ...this.#transfers(transfersPerCompletion)]);
    return this.#write(`writes-${this.#fileCount++}-${process.pid}`, lines);
  }

  nextTransfers() {
    return this.#write(`transfers-${this.#transferCount}-${process.pid}`, this.#transfers(maxWarmUpTransfers));
  }

  #transfers(count) {
    return Array.from({ length: count }, () => this.requests.transfer(this.#transferCount++));
  }

  #write(name, lines) {
    const file = path.join(folder, name);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  }
}

async function measure(setup, database, load) {
  const started = [];
  try {
    const { servers, ports, databases } = await startSetup(setup, database, started);
    send(ports, load.reads, warmUpSeconds * ports.length);
    send(ports, load.nextTransfers(), warmUpSeconds * ports.length);
    const reads = await undisturbed(() => sendMeasured(ports, load.reads, servers, databases));
    const writes = await undisturbed(() => sendMeasured(ports, load.nextWrites(), servers, databases));
    return { reads, writes };
  } finally {
    for (const { stop } of started.toReversed()) await stop();
  }
}

/** Starts the processes of a setup. A pooler counts as a part of the database. */
async function startSetup({ api, worker, extra }, database, started) {
  const keep = (process) => (started.push(process), process);
  const databases = [database.pid];
  const env = { ...settings, DATABASE_URL: database.found };
  if (extra === 'PgBouncer') {
    const pooler = keep(await start('test/support/pooler.mjs', ['--to', database.found], {}, /^(postgres.*)/m));
    databases.push(pooler.pid);
    Object.assign(env, { DATABASE_URL: pooler.found, DATABASE_DIRECT_URL: database.found });
    Object.assign(env, { DATABASE_PREPARED_STATEMENTS: 'off' });
  }
  if (extra === 'a replica') {
    const args = ['--following', database.found];
    const replica = keep(await start('test/support/postgres-supervisor.mjs', args, {}, /^(postgres.*)/m));
    databases.push(replica.pid);
    env.DATABASE_REPLICA_URLS = replica.found;
  }
  const servers = [];
  if (worker === 'beside') servers.push(keep(await start('dist/src/worker.js', [], env)));
  const apiEnv = { ...env, WORKER: worker === 'inside' ? 'on' : 'off' };
  for (let index = 0; index < api; index++)
    servers.push(keep(await start('dist/src/main.js', [], apiEnv, /listening on (http:\S+?)[;\s]/)));
  const ports = servers.filter(({ found }) => found).map(({ found }) => new URL(found).port);
  return { servers: servers.map(({ pid }) => pid), ports, databases };
}

/** Repeats a measurement that other programs have disturbed. After too many attempts the least disturbed one is returned. */
async function undisturbed(measureOnce) {
  let best;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const measured = measureOnce();
    if (!best || measured.otherShare < best.otherShare) best = measured;
    if (best.otherShare <= maxOtherShare) break;
    await sleep(retryPauseMs);
  }
  return best;
}

function sendMeasured(ports, file, servers, databases) {
  const before = [processorMs(servers), processorMs(databases), busyMs() - processorMs([process.pid])];
  const startedMs = performance.now();
  const { count, seconds: taken, p99Ms } = send(ports, file, seconds);
  const wholeMs = performance.now() - startedMs;
  const used = [processorMs(servers), processorMs(databases), busyMs() - processorMs([process.pid])];
  const [serverMs, databaseMs, otherMs] = used.map((value, index) => value - before[index]);
  return {
    perSecond: count / taken,
    p99Ms,
    serverMs: serverMs / count,
    databaseMs: databaseMs / count,
    // What other programs took from this measurement.
    otherShare: otherMs / (cpus().length * wholeMs),
  };
}

/** Sends the requests for some seconds. @throws if a request fails or is sent twice */
function send(ports, file, duration) {
  const args = [
    '--latency',
    '--timeout',
    '10s',
    '-t',
    `${threadCount}`,
    '-c',
    `${connectionCount}`,
    '-d',
    `${duration}s`,
    '-s',
    script,
  ];
  const env = { REQUESTS: file, PORTS: ports.join(' '), THREADS: `${threadCount}` };
  const output = run('wrk', [...args, `http://127.0.0.1:${ports[0]}`], env);
  const result = JSON.parse(output.split('\n').at(-1));
  if (result.failed > 0) throw new Error(`${result.failed} of ${result.count} requests failed:\n${output}`);
  if (result.hasRepeated && !file.endsWith('reads')) throw new Error('All lessons are completed. Use more --users');
  return result;
}

function print(results) {
  console.log(`\nNode ${process.version}, ${cpus().length} × ${cpus()[0].model}, ${connectionCount} connections`);
  console.log(`${rounds} rounds of ${seconds} s, ${values.users} users\n`);
  console.log(
    '| processes | reads/s | p99 (ms) | server CPU | database CPU | writes/s | p99 (ms) | server CPU | database CPU |',
  );
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|');
  for (const [name, measured] of results) {
    const cells = ['reads', 'writes'].flatMap((kind) => {
      const medianOf = (figure, digits) => median(measured.map((round) => round[kind][figure])).toFixed(digits);
      return [medianOf('perSecond', 0), medianOf('p99Ms', 0), medianOf('serverMs', 2), medianOf('databaseMs', 2)];
    });
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
  const shares = [...results.values()].flat().flatMap(({ reads, writes }) => [reads.otherShare, writes.otherShare]);
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map((share) => Math.round(100 * share));
  console.log(
    `\nOther programs used ${least} to ${most} % of the processors, ${Math.round(100 * median(shares))} % in the median.`,
  );
  console.log('CPU is processor time in ms a request. A pooler and a replica belong to the database.');
}

const median = (numbers) => numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)];

await main();
