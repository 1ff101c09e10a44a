import 'reflect-metadata';
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { loadLargeSchool } from '../demo/large-school';
import { applicationOf } from '../src/app.module';
import { Sessions } from '../src/modules/users';
import { Config, fileUrl } from '../src/platform/config/config';
import { int } from '../src/platform/database/columns';
import { Database } from '../src/platform/database/database';
import { createServer } from '../src/platform/http/server/create-server';
import { QueryStatistics } from '../src/operations/monitoring/queries/query-statistics';

/**
 * `node dist/bench/monitoring.js [--pairs 150] [--requests 60]` measures the processor time that query statistics need. It uses
 * one process on SQLite, whose statements are the shortest, without a network. The hook is removed and installed again between
 * slices of requests in the order on, off, off, on, so that other load on the machine affects both. The result is the median
 * over pairs.
 */
const options = {
  pairs: { type: 'string', default: '150' },
  requests: { type: 'string', default: '60' },
} as const;
const file = `var/bench-monitoring-${process.pid}.sqlite3`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  const app = await createServer(
    applicationOf(
      new Config({
        ...{ NODE_ENV: 'production', AUTH_SECRET: 'a secret for measurements that is long', LOG_LEVEL: 'silent' },
        ...{ DATABASE_URL: fileUrl(file), WORKER: 'off', RATE_LIMIT_PER_MINUTE: '100000000' },
        ...{ TRUST_PROXY_HOPS: '0', PUBLIC_URL: 'https://school.test' },
      }),
    ),
  );
  await loadLargeSchool(app, { students: 300, courses: 50 });
  const studentSql = "SELECT id FROM users_user WHERE role = 'student' ORDER BY id LIMIT 1";
  const { id } = (await app.get(Database, { strict: false }).row({ id: int }, studentSql))!;
  const { accessToken } = await app.get(Sessions, { strict: false }).open(id);
  const statistics = app.get(QueryStatistics, { strict: false });
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]!.model}\n`);
  console.log('| path | with (µs a request) | without | median of ratios |\n|---|---:|---:|---:|');
  for (const path of [
    '/courses',
    '/courses/1',
    '/me/progress',
    '/me/coins/transactions',
    '/me/notifications/unread-count',
  ])
    console.log(await measure(path));
  await app.close();
  for (const part of ['', '-wal', '-shm', '-migrating']) rmSync(`${file}${part}`, { force: true });

  async function measureSlice(path: string): Promise<number> {
    const headers = { authorization: `Bearer ${accessToken}` };
    const before = process.cpuUsage();
    for (let count = 0; count < Number(values.requests); count++) {
      const { statusCode } = await app.inject({ method: 'GET', url: `/api/v1${path}`, headers });
      if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / Number(values.requests);
  }

  async function measure(path: string): Promise<string> {
    const costs: Record<'with' | 'without', number[]> = { with: [], without: [] };
    for (let at = 0; at < 20; at++) await measureSlice(path);
    for (let pair = 0; pair < Number(values.pairs); pair++)
      for (const variant of pair % 2 ? (['without', 'with'] as const) : (['with', 'without'] as const)) {
        if (variant === 'without') statistics.onApplicationShutdown();
        costs[variant].push(await measureSlice(path));
        if (variant === 'without') statistics.onModuleInit();
      }
    const ratio = median(costs.with.map((cost, pair) => cost / costs.without[pair]!));
    return `| ${path} | ${median(costs.with).toFixed(0)} | ${median(costs.without).toFixed(0)} | ${ratio.toFixed(4)} |`;
  }
}

const median = (list: number[]): number => [...list].sort((left, right) => left - right)[Math.floor(list.length / 2)]!;

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
