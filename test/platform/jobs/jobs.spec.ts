import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { int, json, nullable, instant, text } from '../../../src/platform/database/columns';
import { Job, type JobReport, type RunnableJob } from '../../../src/platform/jobs/job';
import { Jobs, UnknownJob } from '../../../src/platform/jobs/jobs';
import { Leases } from '../../../src/platform/jobs/leases';
import { buildOnce } from '../../support/build-once';
import { School } from '../../support/school';
import { runProgram } from '../../support/server';

@Injectable()
@Job({ name: 'test:mix-paint', cron: '0 4 * * *', summary: 'Mixes paint' })
class MixPaint implements RunnableJob {
  runs = 0;
  pauseMs = 0;
  fails = false;
  async run(): Promise<JobReport> {
    this.runs++;
    await sleep(this.pauseMs);
    if (this.fails) throw new Error('out of ultramarine');
    return { pots: this.runs };
  }
}

@Module({ providers: [MixPaint] })
class PaintModule {}

let school: School;
let otherSchool: School;
beforeAll(async () => {
  const extensions = [{ module: PaintModule }];
  school = await School.open({ extensions });
  otherSchool = await School.open({ extensions, url: school.url });
});
afterAll(() => Promise.all([school.close(), otherSchool.close()]));
beforeEach(() => Object.assign(school.part(MixPaint), { runs: 0, pauseMs: 0, fails: false }));

const lastRun = () =>
  school.database.row(
    { outcome: text, report: json, error: text, finished: nullable(instant) },
    `SELECT outcome, report, error, finished_at AS finished FROM platform_job_run
     WHERE job = 'test:mix-paint' ORDER BY id DESC LIMIT 1`,
  );

it('runs a job by name and records its report', async () => {
  expect(await school.job('test:mix-paint')).toEqual({ pots: 1 });
  expect(await lastRun()).toMatchObject({ outcome: 'done', report: { pots: 1 }, finished: expect.any(Date) });
});

it('records the error of a failed job, which can run again', async () => {
  school.part(MixPaint).fails = true;
  await expect(school.job('test:mix-paint')).rejects.toThrow('out of ultramarine');
  expect(await lastRun()).toMatchObject({ outcome: 'failed', error: expect.stringContaining('out of ultramarine') });
  school.part(MixPaint).fails = false;
  expect(await school.job('test:mix-paint')).toEqual({ pots: 2 });
});

it('runs a job in one process at a time', async () => {
  school.part(MixPaint).pauseMs = 150;
  const first = school.job('test:mix-paint');
  await sleep(60);
  expect(await otherSchool.job('test:mix-paint')).toBeNull();
  expect(await first).toEqual({ pots: 1 });
  expect(await otherSchool.job('test:mix-paint')).not.toBeNull();
});

it('runs a job once for each tick, even if the first process has finished before the second one tries', async () => {
  const tick = new Date('2026-03-01T04:00:00Z');
  expect(await school.part(Jobs).run('test:mix-paint', tick)).not.toBeNull();
  expect(await otherSchool.part(Jobs).run('test:mix-paint', tick)).toBeNull();
  expect(await otherSchool.part(Jobs).run('test:mix-paint', new Date('2026-03-02T04:00:00Z'))).not.toBeNull();
});

it('marks the run of a dead process as lost when the next run starts after its lease', async () => {
  await school.database.transaction(() =>
    school.database.run(
      `INSERT INTO platform_job_run (job, holder, started_at, outcome, report)
       VALUES ('test:mix-paint', 'a dead process', $1, 'running', $2)`,
      [new Date(), {}],
    ),
  );
  await school.job('test:mix-paint');
  const lost = await school.database.rows(
    { id: int },
    "SELECT id FROM platform_job_run WHERE holder = 'a dead process' AND outcome = 'lost'",
  );
  expect(lost).toHaveLength(1);
});

it('lists the known jobs in the error for an unknown one', async () => {
  const names = school.part(Jobs).list.map((job) => job.name);
  expect(names).toEqual(expect.arrayContaining(['test:mix-paint', 'progress:recompute-streaks']));
  await expect(school.job('mix')).rejects.toThrow(UnknownJob);
  await buildOnce();
  expect(await runProgram(school.url, ['dist/src/cli.js', 'job', 'mix'])).toMatchObject({
    ...{ code: 2, out: '' },
    problem: expect.stringMatching(/^error: There is no job mix\. Jobs: .*progress:recompute-streaks/) as unknown,
  });
}, 120_000);

describe('a lease', () => {
  it('a lease has one holder until it expires, and its token grows with each holder', async () => {
    const leases = school.part(Leases);
    const first = await leases.acquire('test:lease', 1_000);
    expect(await leases.acquire('test:lease', 1_000)).toBeNull();
    await school.database.transaction(() =>
      school.database.run("UPDATE platform_lease SET expires_at = $1 WHERE name = 'test:lease'", [new Date(0)]),
    );
    const second = await leases.acquire('test:lease', 60_000);
    expect(second!.token).toBe(first!.token + 1);
    expect(await leases.renew(first!, 60_000)).toBe(false);
    expect(await leases.renew(second!, 60_000)).toBe(true);
  });

  it('a lease is given to only one of many concurrent callers', async () => {
    const asked = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? school : otherSchool).part(Leases).acquire('test:rush', 5_000),
    );
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
  });
});
