import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { applicationOf } from '../../../src/app.module';
import { Config } from '../../../src/platform/config/config';
import { statementLog } from '../../../src/platform/database/statements/statement-log';
import { createServer } from '../../../src/platform/http/server/create-server';
import { startWorker } from '../../../src/platform/process/start-worker';
import { buildOnce, root } from '../../support/build-once';
import { freshDatabaseUrl } from '../../support/database-url';
import { environmentFor, waitForUrl } from '../../support/server';

/** What a start does decides how long it takes. These tests count its work, because a duration differs on each machine. */
/** The checks of the schema, of the ledger and of the audit log. PostgreSQL also has the migration lock and its time-outs. */
const startStatementCount = process.env.TEST_ENGINE === 'sqlite' ? 22 : 29;

/** Starts a server with a demo school, stops it, and returns its output. */
async function outputOfStart(url: string): Promise<string> {
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    cwd: root,
    env: environmentFor(url, { HOST: '127.0.0.1', PORT: '0', DEMO_SCHOOL: 'on', LOG_LEVEL: 'debug' }),
  });
  const log: string[] = [];
  child.stderr.on('data', (part: Buffer) => log.push(part.toString()));
  await waitForUrl(child, log);
  child.kill('SIGTERM');
  await once(child, 'close');
  return log.join('');
}

test('a start with a demo school creates one application, and loads the school before the server listens', async () => {
  await buildOnce();
  const url = await freshDatabaseUrl();
  const [first, second] = [await outputOfStart(url), await outputOfStart(url)];
  for (const output of [first, second]) expect(output.match(/Starting Nest application/g)).toHaveLength(1);
  expect(first.indexOf('The demo school was loaded')).toBeGreaterThan(0);
  expect(first.indexOf('The demo school was loaded')).toBeLessThan(first.indexOf('is listening on'));
  expect(second).not.toContain('The demo school was loaded');
}, 120_000);

describe('an application on a migrated database', () => {
  let app: NestFastifyApplication;
  let log: Awaited<ReturnType<typeof statementLog.of>>;

  beforeAll(async () => {
    const DATABASE_URL = await freshDatabaseUrl();
    const config = new Config({ ...environmentFor(DATABASE_URL, { WORKER: 'on', LOG_LEVEL: 'silent' }) });
    log = await statementLog.of(async () => (app = await createServer(applicationOf(config))));
  });
  afterAll(() => app.close());

  it('sends only the statements that check the schema, the ledger and the audit log', () => {
    expect({ sent: log.statements, count: log.statements.length }).toMatchObject({ count: startStatementCount });
  });

  it('runs no job before the worker is started, which is after the start', () => {
    const jobs = app.get(SchedulerRegistry, { strict: false });
    expect(jobs.getCronJobs().size).toBe(0);
    startWorker(app);
    expect(jobs.getCronJobs().size).toBeGreaterThan(10);
  });
});
