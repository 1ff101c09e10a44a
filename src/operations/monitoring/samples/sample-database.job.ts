import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { toTableBytes } from '../diagnosis/diagnosis';
import { SampleHistory, type Figures } from './sample-history';
import { Inspector } from '../inspector';

const maxTables = 200;
const tableIntervalMinutes = 60;

/** Stores figures of the whole database every minute. Only the process with the lease of the job runs it. */
@Injectable()
@Job({
  name: 'platform:sample-database',
  cron: '* * * * *',
  summary: 'Store figures of the database for the plots; delete them after 14 days',
})
export class SampleDatabase implements RunnableJob {
  constructor(
    private readonly inspector: Inspector,
    private readonly history: SampleHistory,
  ) {}

  /** Returns a report once per hour, when table sizes are stored. Null means that the run is not recorded. */
  async run(): Promise<JobReport | null> {
    const storage = await this.inspector.storage();
    await this.history.save('database', await this.measureFigures(storage.totalBytes, storage.file?.logBytes ?? 0));
    const lastSample = await this.history.findNewest('tables');
    if (lastSample && this.history.currentMinute - lastSample.minute < tableIntervalMinutes) return null;
    const tableSizes = Object.entries(toTableBytes(storage));
    const largestTables = tableSizes.sort(([, left], [, right]) => right - left).slice(0, maxTables);
    await this.history.save('tables', Object.fromEntries(largestTables));
    return {
      tables: largestTables.length,
      bytes: storage.totalBytes,
      expired: await this.history.deleteExpired(),
    };
  }

  private async measureFigures(bytes: number, logBytes: number): Promise<Figures> {
    const { used, states, pool } = await this.inspector.connections();
    const countIn = (state: string): number => states.find((stateCount) => stateCount.state === state)?.count ?? 0;
    return {
      bytes,
      logBytes,
      connections: used ?? pool.total,
      active: countIn('active') + countIn('writing'),
      idleInTransaction: countIn('idle in transaction'),
      blocked: (await this.inspector.lockPairs()).length,
      deadlocks: (await this.inspector.deadlocks()) ?? 0,
    };
  }
}
