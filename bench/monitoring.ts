import { parseArgs } from 'node:util';
import { load } from './load';
import { hotPaths } from './paths';
import { secret, signIn } from './people';
import { portOf, run, start, type Started } from './processes';

/**
 * `node dist/bench/monitoring.js [--users 500] [--rounds 10] [--seconds 2]`: what watching costs. The same server twice, with
 * QUERY_STATISTICS on and off, one of them under load at a time, in turn; the figure is processor time a request, which other
 * programs on the machine disturb less than the clock.
 */
const options = {
  users: { type: 'string', default: '500' },
  rounds: { type: 'string', default: '10' },
  seconds: { type: 'string', default: '2' },
  only: { type: 'string', default: 'my' },
} as const;
const courses = 50;

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  const database = process.env.BENCH_DATABASE_URL ? null : await start('test/support/postgres-supervisor.mjs', []);
  const url = process.env.BENCH_DATABASE_URL ?? database!.line;
  const environment = {
    ...{ NODE_ENV: 'production', AUTH_SECRET: secret, PORT: '0', HOST: '127.0.0.1', WORKER: 'off', LOG_LEVEL: 'warn' },
    ...{ RATE_LIMIT_PER_MINUTE: '100000000', DEMO_SCHOOL: 'off', DATABASE_URL: url },
  };
  console.log(await run('dist/src/cli.js', ['seed', '--users', values.users, '--courses', `${courses}`], environment));
  const paths = hotPaths(await signIn(url, Number(values.users)), courses).filter(
    ({ name, isRead }) => isRead && name.includes(values.only),
  );
  const watched = await start('dist/src/main.js', [], { ...environment, QUERY_STATISTICS: 'on' });
  const blind = await start('dist/src/main.js', [], { ...environment, QUERY_STATISTICS: 'off' });
  const costs: Record<string, number[]> = { watched: [], blind: [] };
  for (const path of paths) {
    for (const server of [watched, blind]) await load(portOf(server), path, 3_000);
    for (let round = 0; round < Number(values.rounds); round++) {
      const pair: [string, Started][] = [
        ['watched', watched],
        ['blind', blind],
      ];
      for (const [name, server] of round % 2 ? pair.reverse() : pair) {
        const before = server.processorMs();
        const { requests } = await load(portOf(server), path, Number(values.seconds) * 1_000);
        costs[name]!.push((server.processorMs() - before) / requests);
      }
    }
    console.log(`${path.name}: ${lineOf(costs)}`);
    for (const list of Object.values(costs)) list.length = 0;
  }
  for (const server of [watched, blind, database]) await server?.stop();
}

const median = (list: number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;

/** Of pairs that ran one after the other: what else the machine does meets both. */
function lineOf({ watched = [], blind = [] }: Record<string, number[]>): string {
  const ratios = watched.map((cost, round) => cost / blind[round]!);
  const [on, off] = [median(watched), median(blind)].map((ms) => ms.toFixed(4));
  return `${on} ms with, ${off} ms without, median of ${ratios.length} ratios ${median(ratios).toFixed(4)}`;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
