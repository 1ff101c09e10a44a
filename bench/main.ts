import { cpus } from 'node:os';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { ask, load, type Path } from './load';
import { hotPaths } from './paths';
import { secret, signIn } from './people';
import { portOf, run, start, type StartedProcess } from './processes';

/**
 * `npm run bench [-- --users 2000] [--rounds 5] [--seconds 2] [--only words]` measures the server and the reference on one
 * database, with only one of them under load at a time. The result is the ratio: the median over rounds that alternate the
 * order, so that other load on the machine affects both.
 */
const options = {
  users: { type: 'string', default: '2000' },
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '2' },
  only: { type: 'string', default: '' },
} as const;
const courseCount = 200;
const maxLearners = 4_000;
const warmUpRequests = 3_000;

type ServerName = 'ours' | 'reference';
type Servers = Record<ServerName, StartedProcess>;

interface Measurement {
  perSecond: number;
  /** Processor time of the server per request. */
  processorMs: number;
}

const settings = {
  NODE_ENV: 'production',
  AUTH_SECRET: secret,
  PORT: '0',
  HOST: '127.0.0.1',
  WORKER: 'off',
  LOG_LEVEL: 'warn',
  RATE_LIMIT_PER_MINUTE: '100000000',
  TRANSFERS_PER_PAIR_A_DAY: '1000000',
  DEMO_SCHOOL: 'off',
  TRUST_PROXY_HOPS: '0',
  PUBLIC_URL: 'https://school.test',
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  const database = process.env.BENCH_DATABASE_URL ? null : await start('test/support/postgres-supervisor.mjs', []);
  const url = process.env.BENCH_DATABASE_URL ?? database!.line;
  const environment = { ...settings, DATABASE_URL: url };
  console.log(
    await run('dist/src/cli.js', ['seed', '--users', values.users, '--courses', `${courseCount}`], environment),
  );
  const learners = await signIn(url, maxLearners);
  const paths = hotPaths(learners, courseCount).filter(({ name }) => name.includes(values.only));
  const ours = await start('dist/src/main.js', [], environment);
  const reference = await start('dist/bench/reference.js', [], environment);
  try {
    await measure(paths, { ours, reference }, Number(values.rounds), Number(values.seconds) * 1_000);
  } finally {
    await ours.stop();
    await reference.stop();
  }
  console.log(
    `\nAudit of the ledger after the run: ${await run('dist/src/cli.js', ['job', 'rewards:audit'], environment)}`,
  );
  await database?.stop();
}

async function measure(paths: Path[], servers: Servers, rounds: number, durationMs: number): Promise<void> {
  const machine = `${cpus().length} × ${cpus()[0]!.model}`;
  console.log(`Node ${process.version}, ${machine}, 16 connections, ${rounds} rounds of ${durationMs} ms\n`);
  console.log('| path | ours (requests/s) | reference (requests/s) | ratio | processor time (ms a request) |');
  console.log('|---|---:|---:|---:|---:|');
  for (const path of paths) {
    if (path.isRead) await requireSameResponse(path, servers);
    for (const server of Object.values(servers)) await warmUp(path, server);
    const measurements: Record<ServerName, Measurement>[] = [];
    for (let round = 0; round < rounds; round++) measurements.push(await runRound(path, servers, durationMs, round));
    console.log(toTableRow(path, measurements));
  }
}

/** A server that has just started runs code that is not compiled yet, so it gets requests before it is measured. */
async function warmUp(path: Path, server: StartedProcess): Promise<void> {
  for (let requests = 0; requests < warmUpRequests;) requests += (await load(portOf(server), path, 1_000)).requests;
}

/** The order alternates: A B, then B A. */
async function runRound(
  path: Path,
  servers: Servers,
  durationMs: number,
  round: number,
): Promise<Record<ServerName, Measurement>> {
  const first: ServerName = round % 2 === 0 ? 'ours' : 'reference';
  const second: ServerName = first === 'ours' ? 'reference' : 'ours';
  const firstResult = await measureLoad(path, servers[first], durationMs);
  const secondResult = await measureLoad(path, servers[second], durationMs);
  return { [first]: firstResult, [second]: secondResult } as Record<ServerName, Measurement>;
}

async function measureLoad(path: Path, server: StartedProcess, durationMs: number): Promise<Measurement> {
  const before = server.processorMs();
  const { perSecond, requests } = await load(portOf(server), path, durationMs);
  return { perSecond, processorMs: (server.processorMs() - before) / requests };
}

function toTableRow({ name }: Path, measurements: Record<ServerName, Measurement>[]): string {
  const medianOf = (server: ServerName, figure: keyof Measurement): number =>
    median(measurements.map((round) => round[server][figure]));
  const ratio = median(measurements.map(({ ours, reference }) => ours.perSecond / reference.perSecond));
  const [ours, reference] = [medianOf('ours', 'perSecond'), medianOf('reference', 'perSecond')].map(Math.round);
  const [ourMs, referenceMs] = [medianOf('ours', 'processorMs'), medianOf('reference', 'processorMs')].map((ms) =>
    ms.toFixed(2),
  );
  return `| ${name} | ${ours} | ${reference} | ${ratio.toFixed(2)} | ${ourMs} / ${referenceMs} |`;
}

/** The comparison makes sense only if both servers send the same response. */
async function requireSameResponse(path: Path, { ours, reference }: Servers): Promise<void> {
  const call = path.next();
  const [response, expected] = [await ask(portOf(ours), call), await ask(portOf(reference), call)];
  if (isDeepStrictEqual(response, expected)) return;
  throw new Error(`${path.name}: the responses differ\n${JSON.stringify(response)}\n${JSON.stringify(expected)}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
