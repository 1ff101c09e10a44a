import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { startDjango, whyNoDjango } from './django-server';
import { measurePath, type PathResult } from './measure';
import { measureFsyncMs } from './machine';
import type { PostgresSchool } from './postgres-school';
import { run } from './processes';
import { listComparisons, ratioOf, toTable } from './report';
import { createSchool, settings, signIn, type Learner, type School } from './school';
import { soak } from './soak';
import { copyForPair, whyNotNode, type Server } from './servers';

/**
 * `npm run bench` measures the server and a reference, each on its own copy of one database, one after the other. Only one of them
 * gets requests at a time. The result is the ratio of their speeds: the median over several rounds. docs/benchmarks.md explains the
 * options.
 */
const options = {
  engine: { type: 'string', default: 'postgres' },
  users: { type: 'string', default: '2000' },
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '2' },
  only: { type: 'string', default: '' },
  node: { type: 'string', default: '' },
  django: { type: 'boolean', default: false },
  minutes: { type: 'string', default: '' },
  learners: { type: 'string', default: '' },
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.engine !== 'postgres' && values.engine !== 'sqlite') throw new Error('--engine is postgres or sqlite');
  if (values.learners && values.engine !== 'postgres') throw new Error('--learners is measured on PostgreSQL only');
  const school = await createSchool(values.engine, values.learners ? '20' : values.users);
  const servers: Server[] = [];
  try {
    if (values.learners)
      return await (
        await import('./streaks.js')
      ).measureStreaks(school, Number(values.learners), Number(values.rounds));
    const learners = await signIn(school);
    if (values.minutes) return await measureSoak(school, learners, Number(values.minutes), servers);
    await startServers(school, learners, values, servers);
    await measure(school, servers, values);
    for (const { name, kind, databaseUrl, process } of servers.splice(0)) {
      await process.stop();
      if (kind !== 'django') await requireCleanAudit(name, databaseUrl);
    }
  } finally {
    for (const { process } of servers) await process.stop();
    await school.stop();
  }
}

/** What cannot be measured on this machine is named and left out. Started servers are added to `servers` at once, to be stopped. */
async function startServers(
  school: School,
  learners: Learner[],
  { node, django }: Options,
  servers: Server[],
): Promise<void> {
  const whyNot = node && whyNotNode(node, school);
  const whyNotDjango = django && whyNoDjango(school);
  for (const reason of [whyNot, whyNotDjango]) if (reason) console.log(`SKIPPED: ${reason}`);
  // The school is copied before our first server connects to it.
  const copies = node && !whyNot ? await copyForPair(school, learners, node) : [];
  for (const create of [...(await copyForPair(school, learners)), ...copies]) servers.push(await create());
  if (django && !whyNotDjango) servers.push(await startDjango(school as PostgresSchool, learners));
}

async function measureSoak(school: School, learners: Learner[], minutes: number, servers: Server[]): Promise<void> {
  const [createOurs] = await copyForPair(school, learners);
  const server = await createOurs!();
  servers.push(server);
  printMachine();
  await soak(server, minutes);
}

function printMachine(): void {
  const machine = `${cpus().length} × ${cpus()[0]!.model}`;
  console.log(`Node ${process.version}, ${machine}, an fsync takes ${measureFsyncMs().toFixed(2)} ms`);
}

async function measure(school: School, servers: Server[], { rounds, seconds, only }: Options): Promise<void> {
  printMachine();
  console.log(`${rounds} rounds of ${seconds} s, 16 connections, ${school.engine}\n`);
  const limits = { rounds: Number(rounds), durationMs: Number(seconds) * 1_000 };
  const results = new Map<string, PathResult>();
  for (const [index, { name }] of servers[0]!.paths.entries()) {
    if (!name.includes(only)) continue;
    const result = await measurePath(school, servers, index, limits);
    results.set(name, result);
    console.error(`${name}: ${ratioOf(result, listComparisons(servers)[0]!).toFixed(2)}`);
  }
  console.log(`\n${toTable(results, servers)}`);
}

/** The reference is audited too, since a reference that leaves work out would be too fast. */
async function requireCleanAudit(name: string, databaseUrl: string): Promise<void> {
  const environment = { ...settings, DATABASE_URL: databaseUrl };
  const ledger = await run('dist/src/cli.js', ['job', 'rewards:audit'], environment);
  const totals = await run('dist/src/cli.js', ['job', 'progress:prove-totals'], environment);
  const { violations } = JSON.parse(ledger) as { violations: number };
  const wrongTotals = Object.values(JSON.parse(totals) as Record<string, number>).some((count) => count > 0);
  if (violations > 0 || wrongTotals) throw new Error(`The audit of ${name} found problems: ${ledger} ${totals}`);
  console.log(`Audit of ${name}: no problems`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
