import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, Module } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../../src/platform/jobs/job';
import { Jobs } from '../../../src/platform/jobs/jobs';
import { Leases } from '../../../src/platform/jobs/leases';
import { School, type Client } from '../../support/school';

/** Works until the test releases it or its signal is aborted. Its lease is renewed every 300 ms. */
@Injectable()
@Job({ name: 'test:fire-kiln', leaseMs: 900, summary: 'Fires the kiln' })
class FireKiln implements RunnableJob {
  readonly done = new AbortController();
  async run(_lease: unknown, signal: AbortSignal): Promise<JobReport> {
    await once(AbortSignal.any([this.done.signal, signal]), 'abort');
    return { pots: 1 };
  }
}

@Module({ providers: [FireKiln] })
class KilnModule {}

let school: School;
let admin: Client;
beforeAll(async () => {
  const environment = { REQUEST_TIMEOUT_MS: '1000' };
  school = await School.open({ extensions: [{ module: KilnModule }], environment });
  admin = await school.admin();
});
afterAll(() => {
  school.part(FireKiln).done.abort();
  return school.close();
});

it('a run that a request has started keeps its lease after the deadline of that request', async () => {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const leases = school.part(Leases);
  const renew = jest.spyOn(leases, 'renew');
  expect((await admin.post('/operations/jobs/test:fire-kiln/runs')).status).toBe(202);
  const first = (await leases.findHolder('job:test:fire-kiln'))!.expiresAt.getTime();
  // The lease is renewed several times, long after the request's deadline of one second.
  for (let held = first; held < first + 2_000; await sleep(50)) {
    const lease = await leases.findHolder('job:test:fire-kiln');
    expect(lease).not.toBeNull();
    held = lease!.expiresAt.getTime();
  }
  expect((await admin.post('/operations/jobs/test:fire-kiln/runs')).body.code).toBe('JOB_RUNNING');
  expect(await Promise.all(renew.mock.results.map(({ value }) => value as unknown))).not.toContain(false);
  expect(warn).not.toHaveBeenCalled();
  school.part(FireKiln).done.abort();
  await school.part(Jobs).waitForRuns();
  const { data } = (await admin.get('/operations/jobs/test:fire-kiln/runs')).body;
  expect(data).toMatchObject([{ status: 'done', report: { pots: 1 } }]);
});
