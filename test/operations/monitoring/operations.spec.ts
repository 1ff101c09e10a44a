import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { int } from '../../../src/platform/database/columns';
import { Job, type JobReport, type RunnableJob } from '../../../src/platform/jobs/job';
import { ProcessSampler } from '../../../src/operations/monitoring/samples/process-sampler';
import { School, type Client } from '../../support/school';

@Injectable()
@Job({ name: 'test:dry-canvas', cron: '0 4 * * *', summary: 'Dries canvas' })
class DryCanvas implements RunnableJob {
  pauseMs = 0;
  fails = false;
  async run(): Promise<JobReport> {
    await sleep(this.pauseMs);
    if (this.fails) throw new Error('it rains');
    return { canvases: 3 };
  }
}

@Module({ providers: [DryCanvas] })
class CanvasModule {}

let school: School;
let otherProcess: School;
/** A third process, which is closed at the end like the others. */
let restarted: School | undefined;
let admin: Client;
let student: Client;
beforeAll(async () => {
  const extensions = [{ module: CanvasModule }];
  school = await School.open({ extensions });
  otherProcess = await School.open({ extensions, url: school.url });
  [admin, student] = [await school.admin(), await school.student()];
});
afterAll(() => Promise.all([school.close(), otherProcess.close(), restarted?.close()]));
afterEach(() => {
  for (const each of [school, otherProcess]) each.clock.stopAt(null);
});
beforeEach(() => Object.assign(school.part(DryCanvas), { pauseMs: 0, fails: false }));

const views = ['', '/queries', '/slow-queries', '/connections', '/indexes', '/storage', '/locks', '/history'];

it.each(views)('returns /operations/database%s to administrators only', async (view) => {
  expect((await admin.get(`/operations/database${view}`)).status).toBe(200);
  expect((await student.get(`/operations/database${view}`)).status).toBe(403);
  expect((await school.visitor.get(`/operations/database${view}`)).status).toBe(401);
});

it('rejects invalid query parameters with 422', async () => {
  for (const query of ['/queries?sort=name', '/queries?limit=0', '/slow-queries?limit=201', '/history?hours=0'])
    expect((await admin.get(`/operations/database${query}`)).status).toBe(422);
});

it('shows the engine and the sizes of tables', async () => {
  const { engine, version } = (await admin.get('/operations/database')).body;
  expect(version.toLowerCase()).toContain(engine === 'postgres' ? 'postgresql' : 'sqlite');
  const { totalBytes, tables } = (await admin.get('/operations/database/storage')).body;
  const users = tables.find((table: any) => table.name === 'users_user');
  expect(totalBytes).toBeGreaterThan(users.bytes + users.indexBytes);
  expect(users.bytes).toBeGreaterThan(0);
});

describe('history', () => {
  it('stores one sample per minute for all processes, and keeps it over a restart', async () => {
    const at = new Date('2026-05-04T10:00:30Z');
    for (const each of [school, otherProcess]) each.clock.stopAt(at);
    await school.job('platform:sample-database');
    await otherProcess.job('platform:sample-database');
    await school.part(ProcessSampler).sample();
    const [point, ...more] = (await points(1)).filter(({ source }) => source === 'database');
    expect(more).toEqual([]);
    expect(point).toMatchObject({ at: '2026-05-04T10:00:00.000Z', figures: { bytes: expect.any(Number) } });
    restarted = await School.open({ url: school.url, extensions: [{ module: CanvasModule }] });
    const reader = await restarted.person('admin', { username: 'after-the-restart' });
    restarted.clock.stopAt(at);
    expect(await points(1, reader)).toEqual(await points(1));
  });

  it('lists every n-th minute for long periods, and deletes samples after two weeks', async () => {
    school.clock.stopAt(new Date('2026-05-04T10:07:00Z'));
    await school.part(ProcessSampler).sample();
    expect((await admin.get('/operations/database/history?hours=168')).body).toMatchObject({ stepMinutes: 7 });
    school.clock.stopAt(new Date('2026-05-19T10:00:00Z'));
    expect(await school.job('platform:sample-database')).toMatchObject({ expired: expect.any(Number) });
    const kept = await school.database.rows({ minute: int }, 'SELECT minute FROM platform_sample');
    expect(new Set(kept.map(({ minute }) => minute))).toEqual(new Set([Date.parse('2026-05-19T10:00:00Z') / 60_000]));
  });

  const points = async (hours: number, reader = admin): Promise<any[]> =>
    (await reader.get(`/operations/database/history?hours=${hours}`)).body.points;
});

describe('jobs', () => {
  const path = '/operations/jobs/test:dry-canvas/runs';
  const last = async () => (await admin.get(path)).body.data[0];
  const ended = async () => {
    while ((await last()).status === 'running') await sleep(20);
    return last();
  };

  it('lists jobs with schedule, next run and last run', async () => {
    await school.job('test:dry-canvas');
    const { jobs } = (await admin.get('/operations/jobs')).body;
    expect(jobs.find(({ name }: any) => name === 'test:dry-canvas')).toMatchObject({
      ...{ cron: '0 4 * * *', summary: 'Dries canvas', nextRunAt: expect.stringMatching(/T04:00:00.000Z$/) },
      lastRun: { status: 'done', report: { canvases: 3 }, durationMs: expect.any(Number) },
    });
    expect(jobs.find(({ name }: any) => name === 'platform:expire-job-runs').lastRun).toBeNull();
  });

  it('starts a job without waiting for its end, and records the result later', async () => {
    school.part(DryCanvas).pauseMs = 100;
    const { status, body } = await admin.post(path);
    expect([status, body.status, body.finishedAt]).toEqual([202, 'running', null]);
    expect(await ended()).toMatchObject({ id: body.id, status: 'done', report: { canvases: 3 } });
  });

  it('records the error of a failed job', async () => {
    school.part(DryCanvas).fails = true;
    expect((await admin.post(path)).status).toBe(202);
    expect(await ended()).toMatchObject({ status: 'failed', error: expect.stringContaining('it rains') });
  });

  it('rejects a run with 409 while another process runs the job', async () => {
    otherProcess.part(DryCanvas).pauseMs = 400;
    const elsewhere = otherProcess.job('test:dry-canvas');
    while ((await last()).status !== 'running') await sleep(10);
    expect(await admin.post(path)).toMatchObject({ status: 409, body: { code: 'JOB_RUNNING' } });
    await elsewhere;
    expect((await admin.post(path)).status).toBe(202);
    await ended();
  });

  it('starts a job once for several concurrent requests and rejects the others with 409', async () => {
    school.part(DryCanvas).pauseMs = 200;
    const asked = await Promise.all(Array.from({ length: 6 }, () => admin.post(path)));
    expect(asked.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409, 409, 409]);
    await ended();
  });

  it('lists the runs of a job in pages, newest first, and filters them by status', async () => {
    const first = (await admin.get(`${path}?limit=2&withTotal=true`)).body;
    expect(first.page).toMatchObject({ hasMore: true, total: expect.any(Number) });
    const second = (await admin.get(`${path}?limit=2&cursor=${first.page.nextCursor}`)).body;
    const ids = [...first.data, ...second.data].map(({ id }: any) => id);
    expect(ids).toEqual([...ids].sort((one, other) => other - one));
    const failed = (await admin.get(`${path}?status=failed`)).body.data;
    expect(failed.map((run: any) => run.status)).toEqual(['failed']);
  });

  it('rejects requests of students with 403, unknown jobs with 404 and invalid names with 422', async () => {
    for (const ask of [() => student.get('/operations/jobs'), () => student.get(path), () => student.post(path)])
      expect(await ask()).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect((await admin.post('/operations/jobs/test:nothing/runs')).body.code).toBe('JOB_NOT_FOUND');
    expect((await admin.get('/operations/jobs/test:nothing/runs')).status).toBe(404);
    expect((await admin.post('/operations/jobs/No%20name/runs')).status).toBe(422);
  });
});

it('exports metrics of the database with few labels and increasing counters', async () => {
  const scrape = async () => (await school.visitor.get('//metrics')).body as string;
  const before = await scrape();
  await school.visitor.get('/courses');
  const after = await scrape();
  const calls = (text: string) =>
    Number(/statements_total\{route="GET \/api\/v1\/courses"\} (\d+)/.exec(text)?.[1] ?? 0);
  expect(calls(after)).toBeGreaterThan(calls(before));
  expect(after).toMatch(/teoart_statement_seconds_bucket\{le="\+Inf"\} \d+/);
  expect(after).toMatch(/teoart_database_findings\{kind="missing-index"\} \d/);
  expect(after).toMatch(/teoart_database_table_size_bytes\{table="users_user"\} \d+/);
  expect(after.split('\n').length).toBeLessThan(1_500);
});

it('leads from /operations/ to the page', async () => {
  const { status, headers } = await school.visitor.get('//operations/');
  expect([status, headers.location]).toEqual([302, '/operations']);
});

it.each([
  ['/operations', 'text/html'],
  ['/operations/page.js', 'text/javascript'],
  ['/operations/uplot.js', 'text/javascript'],
  ['/operations/style.css', 'text/css'],
])('serves %s with a strict content security policy', async (url, type) => {
  const { status, headers } = await school.visitor.get(`/${url}`);
  expect([status, headers['content-type']]).toEqual([200, expect.stringContaining(type)]);
  expect(headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self'/);
});
