import { cpus } from 'node:os';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { ask, load, type Path } from './load';
import { hotPaths } from './paths';
import { secret, signIn } from './people';
import { portOf, run, start, type Started } from './processes';

/**
 * `npm run bench [-- --users 2000] [--rounds 5] [--seconds 2] [--only words]`: our server and the reference in turn, on one
 * database, only one under load at a time. The figure that counts is the ratio: the median over rounds that alternate, so
 * that what else the machine does meets both.
 */
const options = {
  users: { type: 'string', default: '2000' },
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '2' },
  only: { type: 'string', default: '' },
} as const;
const courses = 200;
const most = 4_000;
const warmUpRequests = 3_000;

type Who = 'ours' | 'reference';
type Servers = Record<Who, Started>;

interface Measured {
  perSecond: number;
  /** Of the server alone. */
  processorMs: number;
}

const settings = {
  ...{ NODE_ENV: 'production', AUTH_SECRET: secret, PORT: '0', HOST: '127.0.0.1', WORKER: 'off', LOG_LEVEL: 'warn' },
  ...{ RATE_LIMIT_PER_MINUTE: '100000000', TRANSFERS_PER_PAIR_A_DAY: '1000000', DEMO_SCHOOL: 'off' },
  ...{ TRUST_PROXY_HOPS: '0', PUBLIC_URL: 'https://school.test' },
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  const database = process.env.BENCH_DATABASE_URL ? null : await start('test/support/postgres-supervisor.mjs', []);
  const url = process.env.BENCH_DATABASE_URL ?? database!.line;
  const environment = { ...settings, DATABASE_URL: url };
  console.log(await run('dist/src/cli.js', ['seed', '--users', values.users, '--courses', `${courses}`], environment));
  const learners = await signIn(url, most);
  const paths = hotPaths(learners, courses).filter(({ name }) => name.includes(values.only));
  const ours = await start('dist/src/main.js', [], environment);
  const reference = await start('dist/bench/reference.js', [], environment);
  try {
    await measure(paths, { ours, reference }, Number(values.rounds), Number(values.seconds) * 1_000);
  } finally {
    await ours.stop();
    await reference.stop();
  }
  console.log(`\nThe books after it: ${await run('dist/src/cli.js', ['job', 'rewards:audit'], environment)}`);
  await database?.stop();
}

async function measure(paths: Path[], servers: Servers, rounds: number, durationMs: number): Promise<void> {
  const machine = `${cpus().length} × ${cpus()[0]!.model}`;
  console.log(`Node ${process.version}, ${machine}, 16 connections, ${rounds} rounds of ${durationMs} ms\n`);
  console.log('| path | ours (requests/s) | reference (requests/s) | ratio | processor time (ms a request) |');
  console.log('|---|---:|---:|---:|---:|');
  for (const path of paths) {
    if (path.isRead) await requireSameAnswer(path, servers);
    for (const server of Object.values(servers)) await warmUp(path, server);
    const measured: Record<Who, Measured>[] = [];
    for (let round = 0; round < rounds; round++) measured.push(await oneRound(path, servers, durationMs, round));
    console.log(lineOf(path, measured));
  }
}

/** A server that has just started runs uncompiled: it is measured as one that has been running for a while. */
async function warmUp(path: Path, server: Started): Promise<void> {
  for (let requests = 0; requests < warmUpRequests;) requests += (await load(portOf(server), path, 1_000)).requests;
}

/** A B, then B A. */
async function oneRound(
  path: Path,
  servers: Servers,
  durationMs: number,
  round: number,
): Promise<Record<Who, Measured>> {
  const first: Who = round % 2 === 0 ? 'ours' : 'reference';
  const second: Who = first === 'ours' ? 'reference' : 'ours';
  const one = await under(path, servers[first], durationMs);
  const other = await under(path, servers[second], durationMs);
  return { [first]: one, [second]: other } as Record<Who, Measured>;
}

async function under(path: Path, server: Started, durationMs: number): Promise<Measured> {
  const before = server.processorMs();
  const { perSecond, requests } = await load(portOf(server), path, durationMs);
  return { perSecond, processorMs: (server.processorMs() - before) / requests };
}

function lineOf({ name }: Path, measured: Record<Who, Measured>[]): string {
  const of = (who: Who, what: keyof Measured): number => median(measured.map((one) => one[who][what]));
  const ratio = median(measured.map(({ ours, reference }) => ours.perSecond / reference.perSecond));
  const [ours, reference] = [of('ours', 'perSecond'), of('reference', 'perSecond')].map(Math.round);
  const [our, other] = [of('ours', 'processorMs'), of('reference', 'processorMs')].map((ms) => ms.toFixed(2));
  return `| ${name} | ${ours} | ${reference} | ${ratio.toFixed(2)} | ${our} / ${other} |`;
}

/** The reference answers what we answer, or the comparison means nothing. */
async function requireSameAnswer(path: Path, { ours, reference }: Servers): Promise<void> {
  const call = path.next();
  const [answer, expected] = [await ask(portOf(ours), call), await ask(portOf(reference), call)];
  if (isDeepStrictEqual(answer, expected)) return;
  throw new Error(`${path.name}: the answers differ\n${JSON.stringify(answer)}\n${JSON.stringify(expected)}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
