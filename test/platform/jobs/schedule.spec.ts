import { Injectable, Logger, Module } from '@nestjs/common';
import { instant, int, nullable, text } from '../../../src/platform/database/columns';
import { Job, type JobReport, type RunnableJob } from '../../../src/platform/jobs/job';
import { JobHistory } from '../../../src/operations/jobs/job-history.query';
import { JobStates } from '../../../src/platform/jobs/job-states';
import { JobSchedule } from '../../../src/platform/jobs/job-schedule';
import { Jobs } from '../../../src/platform/jobs/jobs';
import { Leases } from '../../../src/platform/jobs/leases';
import { BackgroundWorkFindings } from '../../../src/operations/monitoring/diagnosis/background-work-findings';
import { School, type Client } from '../../support/school';

@Injectable()
@Job({ name: 'test:sweep-studio', cron: '0 4 1 1 *', summary: 'Sweeps the studio, once a year' })
class SweepStudio implements RunnableJob {
  runs = 0;
  news = false;
  fails = false;
  async run(): Promise<JobReport | null> {
    this.runs++;
    if (this.fails) throw new Error('no broom');
    return this.news ? { swept: this.runs } : null;
  }
}

@Module({ providers: [SweepStudio] })
class StudioModule {}

const extensions = [{ module: StudioModule }];
const name = 'test:sweep-studio';
let school: School;
let admin: Client;
let job: SweepStudio;
let warnings: string[];
beforeAll(async () => {
  school = await School.open({ extensions });
  admin = await school.admin();
  job = school.part(SweepStudio);
});
afterAll(() => school.close());
beforeEach(async () => {
  Object.assign(job, { runs: 0, news: false, fails: false });
  await write(`DELETE FROM platform_lease WHERE name = 'job:${name}'`);
  await write(`DELETE FROM platform_job WHERE job = '${name}'`);
  await write(`DELETE FROM platform_job_run WHERE job = '${name}'`);
  warnings = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((words: unknown) => void warnings.push(String(words)));
  jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  jest.restoreAllMocks();
  school.clock.stopAt(null);
});

const write = (sql: string, values: Date[] = []): Promise<number> =>
  school.database.transaction(() => school.database.run(sql, values));
const hours = (count: number): Date => new Date(Date.now() + count * 3_600_000);
const lease = () =>
  school.database.row(
    { expiresAt: instant, slot: instant, token: int },
    `SELECT expires_at AS "expiresAt", slot, token FROM platform_lease WHERE name = 'job:${name}'`,
  );
const state = () =>
  school.database.row(
    { outcome: text, error: text, failures: int, inARow: int, succeededAt: nullable(instant) },
    `SELECT outcome, error, failures, failures_in_a_row AS "inARow", succeeded_at AS "succeededAt" FROM platform_job WHERE job = '${name}'`,
  );
const shown = async () => (await admin.get('/operations/jobs')).body.jobs.find((each: any) => each.name === name);
const caughtUp = async (): Promise<void> => {
  await school.part(JobSchedule).catchUp();
  await school.part(Jobs).waitForRuns();
};
/** Makes the last taken tick so many years old, so that the job is overdue. */
const missed = (years: number): Promise<number> =>
  write(`INSERT INTO platform_lease (name, holder, token, expires_at, slot) VALUES ('job:${name}', 'x', 1, $1, $2)`, [
    new Date(0),
    new Date(Date.UTC(new Date().getUTCFullYear() - years, 0, 1, 4)),
  ]);

describe('the clock of leases', () => {
  it('leases use the database’s clock, so a process whose clock is an hour ahead writes no time in the future', async () => {
    school.clock.stopAt(hours(1));
    const held = await school.part(Leases).acquire(`job:${name}`, 60_000);
    expect((await lease())!.expiresAt.getTime()).toBeLessThan(Date.now() + 120_000);
    school.clock.stopAt(hours(2));
    await expect(school.database.transaction(() => school.part(Leases).fence(held!))).resolves.toBeUndefined();
    await school.part(Leases).release(held!);
    expect(await school.job(name)).toEqual({});
  });

  it('ignores the end of a lease and a tick that are too far in the future, and logs a warning', async () => {
    await write(
      `INSERT INTO platform_lease (name, holder, token, expires_at, slot) VALUES ('job:${name}', 'astray', 7, $1, $2)`,
      [hours(1), hours(2)],
    );
    expect((await admin.post(`/operations/jobs/${name}/runs`)).status).toBe(202);
    await school.part(Jobs).waitForRuns();
    expect(warnings).toEqual([expect.stringMatching(/test:sweep-studio.*astray.*too far in the future/)]);
    expect(await school.part(Jobs).run(name, new Date())).not.toBeNull();
    expect(job.runs).toBe(2);
  });

  it('a lease can be held for the time that was requested', async () => {
    const held = await school.part(Leases).acquire(`job:${name}`, 60_000);
    expect(await school.part(Leases).acquire(`job:${name}`, 60_000)).toBeNull();
    expect(await school.part(Jobs).run(name)).toBeNull();
    expect(warnings).toEqual([]);
    await school.part(Leases).release(held!);
  });
});

describe('the records and states of runs', () => {
  it('a scheduled run that finds nothing to do leaves no record, but updates the state of its job', async () => {
    await missed(1);
    await caughtUp();
    expect(await shown()).toMatchObject({
      lastRun: null,
      health: { status: 'done', startedAt: expect.any(String), durationMs: expect.any(Number), failures: 0 },
    });
  });

  it('a run that an administrator starts is recorded, and its Location shows its status', async () => {
    const { status, headers, body } = await admin.post(`/operations/jobs/${name}/runs`);
    expect([status, headers.location]).toEqual([202, `/api/v1/operations/jobs/${name}/runs/${body.id}`]);
    await school.part(Jobs).waitForRuns();
    const run = await admin.get(headers.location!.replace('/api/v1', ''));
    expect(run).toMatchObject({ status: 200, body: { id: body.id, status: 'done', report: {} } });
    expect(await admin.get(`/operations/jobs/${name}/runs/999999`)).toMatchObject({
      status: 404,
      body: { code: 'JOB_RUN_NOT_FOUND' },
    });
    const student = await school.student();
    expect((await student.get(`/operations/jobs/${name}/runs/${body.id}`)).status).toBe(403);
  });

  it('a run of a job that lacks its configuration fails with the reason', async () => {
    const { headers } = await admin.post('/operations/jobs/platform:backup/runs');
    await school.part(Jobs).waitForRuns();
    const { body } = await admin.get(headers.location!.replace('/api/v1', ''));
    const error = 'platform:backup has nothing to do in this configuration: BACKUP_FOLDER is not set';
    expect(body).toMatchObject({ status: 'failed', error });
  });

  it('counts failures in a row until a run succeeds, and shows that time in the state and the metrics', async () => {
    await school.job(name);
    const { succeededAt } = (await state())!;
    job.fails = true;
    for (const count of [1, 2]) {
      await expect(school.job(name)).rejects.toThrow('no broom');
      expect(await state()).toMatchObject({ outcome: 'failed', failures: count, inARow: count, succeededAt });
    }
    const metrics = (await school.visitor.get('//metrics')).body as string;
    expect(metrics).toContain(`teoart_job_failures_total{job="${name}"} 2\n`);
    expect(metrics).toContain(`teoart_job_failures_in_a_row{job="${name}"} 2\n`);
    expect(metrics).toMatch(new RegExp(`^teoart_job_last_success_timestamp_seconds{job="${name}"} \\d`, 'm'));
    expect(metrics).toMatch(new RegExp(`^teoart_job_last_duration_seconds{job="${name}"} \\d`, 'm'));
    job.fails = false;
    await school.job(name);
    expect(await state()).toMatchObject({ outcome: 'done', failures: 2, inARow: 0, error: '' });
  });

  it('records start and end of a run by the database’s clock and not by that of its process', async () => {
    school.clock.stopAt(hours(1));
    job.news = true;
    await school.job(name);
    const run = (await school.part(JobHistory).findLastRuns([name])).get(name)!;
    const last = (await school.part(JobStates).findByJob()).get(name)!;
    for (const at of [run.startedAt, run.finishedAt!, last.startedAt, last.finishedAt!])
      expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(1_800_000);
  });

  it('counts a run whose process died as failed when the next run starts', async () => {
    await school.job(name);
    await write(`UPDATE platform_job_run SET outcome = 'running', finished_at = NULL WHERE job = '${name}'`);
    await school.job(name);
    expect(await state()).toMatchObject({ outcome: 'done', failures: 1, inARow: 0 });
  });
});

describe('findings', () => {
  const findings = async () =>
    (await admin.get('/operations/database')).body.findings.filter(({ subject }: any) => subject === name);

  it('findings report a yearly job after its first failure, and as critical after its second failure', async () => {
    job.fails = true;
    await school.job(name).catch(() => undefined);
    expect(await findings()).toMatchObject([
      { kind: 'failing-job', severity: 'warning', explanation: expect.stringContaining('no broom') },
    ]);
    await school.job(name).catch(() => undefined);
    expect(await findings()).toMatchObject([{ kind: 'failing-job', severity: 'critical' }]);
    job.fails = false;
    await school.job(name);
    expect(await findings()).toEqual([]);
  });

  it('findings report a job whose tick has passed without a run', async () => {
    await school.job(name);
    expect(await findings()).toEqual([]);
    school.clock.stopAt(hours(9_000));
    expect((await school.part(BackgroundWorkFindings).findings()).filter(({ subject }) => subject === name)).toEqual(
      [],
    );
    school.clock.stopAt(null);
    await write(`UPDATE platform_job SET started_at = $1 WHERE job = '${name}'`, [hours(-9_000)]);
    expect(await findings()).toMatchObject([{ kind: 'overdue-job' }]);
    expect((await school.visitor.get('//metrics')).body).toContain(`teoart_job_overdue{job="${name}"} 1\n`);
  });
});

describe('a run whose process was killed', () => {
  /** Records a run that started half an hour ago, at the last tick of the schedule, and whose lease has expired. */
  const killed = async (more = ''): Promise<void> => {
    const slot = new Date(Date.UTC(new Date().getUTCFullYear(), 0, 1, 4));
    const insert = `INSERT INTO platform_lease (name, holder, token, expires_at, slot) VALUES ('job:${name}', 'x', 1, $1, $2)`;
    await write(insert, [hours(-0.4), slot]);
    const into = (table: string, columns: string, values: string): Promise<number> =>
      write(
        `INSERT INTO ${table} (job, holder, started_at, outcome${columns}) VALUES ('${name}', 'x', $1, 'running'${values})`,
        [hours(-0.5)],
      );
    await into('platform_job', '', '');
    await into('platform_job_run', ', report', ", '{}'");
    if (more) await write(more);
  };
  const found = async () =>
    (await school.part(BackgroundWorkFindings).findings()).filter(({ subject }) => subject === name);

  it('a run whose process was killed is reported as failed when its lease has expired, and not before', async () => {
    await killed();
    expect(await found()).toMatchObject([
      { kind: 'failing-job', explanation: expect.stringContaining('process died') },
    ]);
    expect((await shown()).health).toMatchObject({ status: 'failed', failures: 1, failuresInARow: 1 });
    const metrics = (await school.visitor.get('//metrics')).body;
    expect(metrics).toContain(`teoart_job_failures_in_a_row{job="${name}"} 1\n`);
    await write(`UPDATE platform_lease SET expires_at = $1 WHERE name = 'job:${name}'`, [hours(0.01)]);
    expect(await found()).toEqual([]);
  });

  it('a run whose process was killed is repeated once, and a finding reports it even after that success', async () => {
    await killed();
    await caughtUp();
    await caughtUp();
    expect(job.runs).toBe(1);
    expect(await state()).toMatchObject({ outcome: 'done', failures: 1, inARow: 0 });
    expect(await found()).toMatchObject([
      { kind: 'failing-job', explanation: expect.stringContaining('The process ended during the run') },
    ]);
  });

  it('a job whose process died three times in a row waits for its next tick', async () => {
    await killed(`UPDATE platform_job SET failures_in_a_row = 3 WHERE job = '${name}'`);
    await caughtUp();
    expect(job.runs).toBe(0);
  });
});

/** These tests are the last ones, because a second school in the same process replaces the sign-in of the first. */
describe('missed ticks', () => {
  it('missed ticks cause one run at the start of a process, however many there were', async () => {
    await missed(5);
    const restarted = await School.open({ url: school.url, extensions, environment: { WORKER: 'on' } });
    while ((await state())?.outcome !== 'done') await new Promise((resolve) => setTimeout(resolve, 20));
    await restarted.close();
    expect(restarted.part(SweepStudio).runs).toBe(1);
    await caughtUp();
    expect(job.runs).toBe(0);
  });

  it('a missed tick is run by only one of two processes that check at the same moment', async () => {
    await missed(1);
    const twin = await School.open({ url: school.url, extensions });
    await Promise.all([caughtUp(), twin.part(JobSchedule).catchUp()]);
    await twin.part(Jobs).waitForRuns();
    await twin.close();
    expect(job.runs + twin.part(SweepStudio).runs).toBe(1);
  });

  it('a new schedule has no missed ticks', async () => {
    await caughtUp();
    expect(job.runs).toBe(0);
    expect((await lease())!.slot.toISOString()).toBe(`${new Date().getUTCFullYear()}-01-01T04:00:00.000Z`);
  });
});
