import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { int, text } from '../../../src/platform/database/columns';
import { Job, type JobReport, type RunnableJob } from '../../../src/platform/jobs/job';
import { School } from '../../support/school';

@Injectable()
@Job({ name: 'test:each-second', cron: '* * * * * *', summary: 'Ticks' })
class EachSecond implements RunnableJob {
  async run(): Promise<JobReport> {
    return {};
  }
}

@Module({ providers: [EachSecond] })
class ClockModule {}

it('three instances on one database run a job once for each tick', async () => {
  const options = { environment: { WORKER: 'on' }, extensions: [{ module: ClockModule }] };
  const first = await School.open(options);
  const begun = Date.now();
  const others = await Promise.all([1, 2].map(() => School.open({ ...options, url: first.url })));
  await sleep(4_200);
  await Promise.all([first, ...others].map((school) => school.close()));
  const ticks = Math.floor(Date.now() / 1_000) - Math.floor(begun / 1_000);
  const again = await School.open({ url: first.url });
  const runs = await again.database.rows(
    { second: text, runs: int },
    `SELECT SUBSTR(CAST(started_at AS varchar(40)), 1, 19) AS second, count(*) AS runs FROM platform_job_run
     WHERE job = 'test:each-second' GROUP BY 1 ORDER BY 1`,
  );
  await again.close();
  // A run may begin in the next second. Duplicates would add one run for each of the four ticks that all three instances saw.
  expect(runs.reduce((sum, each) => sum + each.runs, 0)).toBeLessThanOrEqual(ticks + 1);
  expect(runs.length).toBeGreaterThanOrEqual(3);
});
