import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text as textOf } from 'node:stream/consumers';
import { Injectable, Module } from '@nestjs/common';
import { int, text } from '../../../src/platform/database/columns';
import { Database } from '../../../src/platform/database/database';
import { Job, type JobReport, type RunnableJob } from '../../../src/platform/jobs/job';
import { LeaseLost, type HeldLease } from '../../../src/platform/jobs/leases';
import { buildOnce, root } from '../../support/build-once';
import { School } from '../../support/school';
import { environmentFor } from '../../support/server';

/** Writes twice, and waits between the two writes until the test releases it. Its lease is renewed every 20 ms. */
@Injectable()
@Job({ name: 'test:two-coats', summary: 'Paints twice', leaseMs: 60 })
class TwoCoats implements RunnableJob {
  waits: Promise<void> = Promise.resolve();
  between: () => void = () => undefined;
  signal: AbortSignal;

  constructor(private readonly database: Database) {}

  async run(_lease: HeldLease, signal: AbortSignal): Promise<JobReport> {
    this.signal = signal;
    await this.paint('first');
    this.between();
    await this.waits;
    await this.paint('second');
    return {};
  }

  private async paint(coat: string): Promise<void> {
    const sql = `INSERT INTO platform_lease (name, holder, token, expires_at, slot) VALUES ($1, 'paint', 1, $2, $2)`;
    await this.database.transaction(() => this.database.run(sql, [`coat:${coat}`, new Date(0)]));
  }
}

@Module({ providers: [TwoCoats] })
class PaintModule {}

jest.setTimeout(300_000);

let school: School;
beforeAll(async () => {
  await buildOnce();
  school = await School.open({ extensions: [{ module: PaintModule }] });
});
afterAll(() => school.close());
beforeEach(() => write("DELETE FROM platform_lease WHERE name LIKE 'coat:%' OR name = 'job:test:two-coats'"));

const write = (sql: string, values: string[] = []): Promise<number> =>
  school.database.transaction(() => school.database.run(sql, values));
/** Changes the token, as if another process had taken the lease. */
const takeFrom = (job: string): Promise<number> =>
  write("UPDATE platform_lease SET token = token + 1, holder = 'another' WHERE name = $1", [`job:${job}`]);
/** Stops the job between its two writes. Resolves when it has stopped, with the function that lets it continue. */
const pausedBetween = (job: TwoCoats): [Promise<void>, () => void] => {
  let goOn: () => void = () => undefined;
  job.waits = new Promise((resolve) => (goOn = resolve));
  return [new Promise((resolve) => (job.between = resolve)), goOn];
};
const coats = async (): Promise<string[]> => {
  const sql = "SELECT name FROM platform_lease WHERE name LIKE 'coat:%' ORDER BY name";
  return (await school.database.rows({ name: text }, sql)).map(({ name }) => name);
};
const lastRun = (job: string) =>
  school.database.row(
    { outcome: text, error: text },
    'SELECT outcome, error FROM platform_job_run WHERE job = $1 ORDER BY id DESC LIMIT 1',
    [job],
  );

it('a run commits nothing more after another process has taken its lease, and fails with that reason', async () => {
  const job = school.part(TwoCoats);
  const [between, goOn] = pausedBetween(job);
  const running = school.job('test:two-coats');
  await between;
  await takeFrom('test:two-coats');
  goOn();
  await expect(running).rejects.toThrow(LeaseLost);
  expect(await coats()).toEqual(['coat:first']);
  expect(await lastRun('test:two-coats')).toMatchObject({
    outcome: 'failed',
    error: expect.stringContaining('LeaseLost'),
  });
});

it('aborts the signal of a run that has lost its lease while it waits for something else', async () => {
  const job = school.part(TwoCoats);
  const [between, goOn] = pausedBetween(job);
  const running = school.job('test:two-coats');
  await between;
  // Only the signal ends its wait.
  job.signal.addEventListener('abort', goOn);
  await takeFrom('test:two-coats');
  await expect(running).rejects.toThrow(LeaseLost);
  expect(job.signal.reason).toBeInstanceOf(LeaseLost);
  expect(await coats()).toEqual(['coat:first']);
});

it('checks the lease of a run once in each transaction', async () => {
  const job = school.part(TwoCoats);
  [job.between, job.waits] = [() => undefined, Promise.resolve()];
  const { statements } = await school.statements(() => school.job('test:two-coats'));
  expect(statements.filter((sql) => sql.startsWith('SELECT token FROM platform_lease'))).toHaveLength(2);
  expect(await coats()).toEqual(['coat:first', 'coat:second']);
});

it('a process that was paused during a run commits nothing after it continues, because another process has run the job', async () => {
  await write(
    `INSERT INTO platform_job_run (job, holder, started_at, outcome, report, error)
     VALUES ('test:old', 'nobody', '2020-01-01 00:00:00.000', 'done', '{}', '')`,
  );
  const program = [
    '--require',
    path.join(__dirname, 'paused-worker.cjs'),
    'dist/src/cli.js',
    'job',
    'platform:expire-job-runs',
  ];
  const child = spawn(process.execPath, program, { cwd: root, env: environmentFor(school.url, {}) });
  const problem = textOf(child.stderr);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const lines = createInterface({ input: child.stdout });
  const ended = exited.then(async () => [await problem]);
  expect(await Promise.race([once(lines, 'line'), ended])).toEqual(['pausing']);
  // Makes the lease of the paused process expire.
  await write(
    "UPDATE platform_lease SET expires_at = '2020-01-01 00:00:00.000' WHERE name = 'job:platform:expire-job-runs'",
  );
  expect(await school.job('platform:expire-job-runs')).toEqual({ deleted: 1 });
  // The signal is repeated, because a signal that arrives before the process has stopped itself has no effect.
  const waking = setInterval(() => child.kill('SIGCONT'), 50);
  const [code] = await exited.finally(() => clearInterval(waking));
  expect(code).toBe(1);
  expect(await problem).toContain('no longer held');
  const runs = await school.database.rows(
    { outcome: text, error: text, count: int },
    `SELECT outcome, error, 1 AS count FROM platform_job_run WHERE job = 'platform:expire-job-runs' ORDER BY id`,
  );
  expect(runs).toMatchObject([{ outcome: 'failed', error: expect.stringContaining('LeaseLost') }, { outcome: 'done' }]);
});
