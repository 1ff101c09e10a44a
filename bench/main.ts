import { deepStrictEqual } from 'node:assert';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { load, sendOnce, type Path } from './load';
import { hotPaths } from './paths';
import { secret, signIn } from './people';
import { portOf, run, start, type StartedProcess } from './processes';

/**
 * `npm run bench [-- --users 2000] [--rounds 5] [--seconds 2] [--only TEXT]` measures the server and the reference on one
 * database, one after the other. The result is the ratio of their speeds: the median over several rounds. The order of the two
 * servers alternates, so that other load on the machine affects both. `--only` selects the paths whose name contains the text.
 */
const options = {
  users: { type: 'string', default: '2000' },
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '2' },
  only: { type: 'string', default: '' },
} as const;
const courseCount = 200;
const maxLearners = 4_000;
const minWarmUpRequests = 3_000;

type ServerName = 'ours' | 'reference';
type Servers = Record<ServerName, StartedProcess>;

interface Measurement {
  requestsPerSecond: number;
  /** Processor time of the server per request. */
  processorMs: number;
}

const settings = {
  NODE_ENV: 'production',
  AUTH_SECRET: secret,
  PORT: '0',
  HOST: '127.0.0.1',
  RATE_LIMIT_PER_MINUTE: '100000000',
  TRANSFERS_PER_PAIR_A_DAY: '1000000',
  DEMO_SCHOOL: 'off',
  TRUST_PROXY_HOPS: '0',
  PUBLIC_URL: 'https://school.test',
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  const givenUrl = process.env.BENCH_DATABASE_URL;
  const database = givenUrl ? null : await start('test/support/postgres-supervisor.mjs', []);
  const url = givenUrl ?? database!.line;
  const environment = { ...settings, DATABASE_URL: url };
  const seed = ['seed', '--users', values.users, '--courses', `${courseCount}`];
  console.log(await run('dist/src/cli.js', seed, environment));
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
  const audit = await run('dist/src/cli.js', ['job', 'rewards:audit'], environment);
  console.log(`\nAudit of the ledger after the run: ${audit}`);
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
  let sentCount = 0;
  while (sentCount < minWarmUpRequests) {
    const { requestCount } = await load(portOf(server), path, 1_000);
    sentCount += requestCount;
  }
}

/** Measures both servers, one after the other. The order changes with each round. */
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
  const processorMsBefore = server.processorMs();
  const { requestsPerSecond, requestCount } = await load(portOf(server), path, durationMs);
  return { requestsPerSecond, processorMs: (server.processorMs() - processorMsBefore) / requestCount };
}

function toTableRow({ name }: Path, measurements: Record<ServerName, Measurement>[]): string {
  const medianOf = (server: ServerName, figure: keyof Measurement): number =>
    median(measurements.map((round) => round[server][figure]));
  const ratio = median(measurements.map(({ ours, reference }) => ours.requestsPerSecond / reference.requestsPerSecond));
  const ourRate = medianOf('ours', 'requestsPerSecond').toFixed(0);
  const referenceRate = medianOf('reference', 'requestsPerSecond').toFixed(0);
  const ourMs = medianOf('ours', 'processorMs').toFixed(2);
  const referenceMs = medianOf('reference', 'processorMs').toFixed(2);
  return `| ${name} | ${ourRate} | ${referenceRate} | ${ratio.toFixed(2)} | ${ourMs} / ${referenceMs} |`;
}

/** Throws if the two servers send different responses because their speeds could not be compared then. */
async function requireSameResponse(path: Path, { ours, reference }: Servers): Promise<void> {
  const call = path.next();
  const ourResponse = await sendOnce(portOf(ours), call);
  const referenceResponse = await sendOnce(portOf(reference), call);
  deepStrictEqual(referenceResponse, withoutTie(ourResponse));
}

/** The reference does not tie its cursors to the filters of their list. */
function withoutTie(response: unknown): unknown {
  const page = (response as { page?: { nextCursor: string | null } }).page;
  if (!page?.nextCursor) return response;
  return { ...(response as object), page: { ...page, nextCursor: page.nextCursor.split('.', 1)[0] } };
}

function median(values: readonly number[]): number {
  const ascending = values.toSorted((left, right) => left - right);
  return ascending[Math.floor(values.length / 2)]!;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
