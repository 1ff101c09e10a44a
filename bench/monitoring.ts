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
 * one process on SQLite, without a network, because the statements are shortest there. The statistics are switched on and off
 * between slices of requests, in the order on, off, off, on, so that other load on the machine affects both. The result is the
 * median over pairs of slices.
 */
const options = {
  pairs: { type: 'string', default: '150' },
  requests: { type: 'string', default: '60' },
} as const;
const file = `var/bench-monitoring-${process.pid}.sqlite3`;

/** Slices before the measurement, in which code is compiled and caches are filled. */
const warmUpSlices = 20;
const paths = ['/courses', '/courses/1', '/me/progress', '/me/coins/transactions', '/me/notifications/unread-count'];
const settings = {
  NODE_ENV: 'production',
  AUTH_SECRET: 'a secret for measurements that is long',
  LOG_LEVEL: 'silent',
  DATABASE_URL: fileUrl(file),
  WORKER: 'off',
  RATE_LIMIT_PER_MINUTE: '100000000',
  TRUST_PROXY_HOPS: '0',
  PUBLIC_URL: 'https://school.test',
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  const app = await createServer(applicationOf(new Config(settings)));
  await loadLargeSchool(app, { students: 300, courses: 50 });
  const studentSql = "SELECT id FROM users_user WHERE role = 'student' ORDER BY id LIMIT 1";
  const student = await app.get(Database, { strict: false }).row({ id: int }, studentSql);
  const { accessToken } = await app.get(Sessions, { strict: false }).open(student!.id);
  const statistics = app.get(QueryStatistics, { strict: false });
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]!.model}\n`);
  console.log('| path | with (µs a request) | without | median of ratios |\n|---|---:|---:|---:|');
  for (const path of paths) console.log(await measure(path));
  await app.close();
  for (const suffix of ['', '-wal', '-shm', '-migrating']) rmSync(`${file}${suffix}`, { force: true });

  /** Returns the processor time of one request in microseconds. */
  async function measureSlice(path: string): Promise<number> {
    const headers = { authorization: `Bearer ${accessToken}` };
    const usageBefore = process.cpuUsage();
    for (let request = 0; request < Number(values.requests); request++) {
      const { statusCode } = await app.inject({ method: 'GET', url: `/api/v1${path}`, headers });
      if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`);
    }
    const { user, system } = process.cpuUsage(usageBefore);
    return (user + system) / Number(values.requests);
  }

  async function measure(path: string): Promise<string> {
    const costsWith: number[] = [];
    const costsWithout: number[] = [];
    const measureWith = async () => costsWith.push(await measureSlice(path));
    const measureWithout = async () => {
      statistics.onApplicationShutdown();
      costsWithout.push(await measureSlice(path));
      statistics.onModuleInit();
    };
    for (let slice = 0; slice < warmUpSlices; slice++) await measureSlice(path);
    for (let pair = 0; pair < Number(values.pairs); pair++) {
      const order = pair % 2 === 0 ? [measureWith, measureWithout] : [measureWithout, measureWith];
      for (const measureVariant of order) await measureVariant();
    }
    const ratio = median(costsWith.map((cost, pair) => cost / costsWithout[pair]!));
    return `| ${path} | ${median(costsWith).toFixed(0)} | ${median(costsWithout).toFixed(0)} | ${ratio.toFixed(4)} |`;
  }
}

function median(values: readonly number[]): number {
  const ascending = values.toSorted((left, right) => left - right);
  return ascending[Math.floor(values.length / 2)]!;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
