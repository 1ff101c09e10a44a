import { isDeepStrictEqual, parseArgs } from 'node:util';
import { cpus } from 'node:os';
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

interface Ports {
  ours: number;
  reference: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  const database = process.env.BENCH_DATABASE_URL ? null : await start('test/support/postgres-supervisor.mjs', []);
  const url = process.env.BENCH_DATABASE_URL ?? database!.line;
  const environment = { ...settings, DATABASE_URL: url };
  console.log(
    await run('dist/src/cli.js', ['seed', '--users', values.users, '--courses', String(courses)], environment),
  );
  const learners = await signIn(url, 4_000);
  const servers = [
    await start('dist/src/main.js', [], environment),
    await start('dist/bench/reference.js', [], environment),
  ];
  const [ours, reference] = servers.map(portOf) as [number, number];
  try {
    const paths = hotPaths(learners, courses).filter(({ name }) => name.includes(values.only));
    await measure(paths, { ours, reference }, Number(values.rounds), Number(values.seconds) * 1_000);
  } finally {
    for (const server of servers as Started[]) await server.stop();
  }
  console.log(`Audit of the books after it: ${await run('dist/src/cli.js', ['job', 'rewards:audit'], environment)}`);
  await database?.stop();
}

const settings = {
  ...{ NODE_ENV: 'production', AUTH_SECRET: secret, PORT: '0', HOST: '127.0.0.1', WORKER: 'off', LOG_LEVEL: 'warn' },
  ...{ RATE_LIMIT_PER_MINUTE: '100000000', DEMO_SCHOOL: 'off' },
};

async function measure(paths: Path[], ports: Ports, rounds: number, durationMs: number): Promise<void> {
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]!.model}, 16 connections, ${rounds} rounds of ${durationMs} ms`,
  );
  console.log(`\n| path | ours (req/s) | reference (req/s) | ratio |\n|---|---:|---:|---:|`);
  for (const path of paths) {
    if (path.isRead) await requireSameAnswer(path, ports);
    for (const port of Object.values(ports)) await load(port, path, durationMs / 2);
    const measured: { ours: number; reference: number }[] = [];
    for (let round = 0; round < rounds; round++)
      measured.push(await oneRound(path, ports, durationMs, round % 2 === 0));
    const ratio = median(measured.map((one) => one.ours / one.reference));
    const [ours, reference] = [median(measured.map((one) => one.ours)), median(measured.map((one) => one.reference))];
    console.log(`| ${path.name} | ${Math.round(ours)} | ${Math.round(reference)} | ${ratio.toFixed(2)} |`);
  }
}

/** A B, then B A. */
async function oneRound(path: Path, ports: Ports, durationMs: number, oursFirst: boolean): Promise<Ports> {
  const result = { ours: 0, reference: 0 };
  for (const who of oursFirst ? (['ours', 'reference'] as const) : (['reference', 'ours'] as const))
    result[who] = await load(ports[who], path, durationMs);
  return result;
}

/** The reference answers what we answer, or the comparison means nothing. */
async function requireSameAnswer(path: Path, ports: Ports): Promise<void> {
  const call = path.next();
  const [ours, reference] = [await ask(ports.ours, call), await ask(ports.reference, call)];
  if (isDeepStrictEqual(ours, reference)) return;
  throw new Error(`${path.name}: the answers differ\n${JSON.stringify(ours)}\n${JSON.stringify(reference)}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
