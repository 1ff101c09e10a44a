import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import { toTableBytes } from '../diagnosis/diagnosis';
import { SampleHistory, type Figures } from './sample-history';
import { Inspector } from '../inspector';

const maxTables = 200;

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
    await this.history.save('database', await this.figures(storage.totalBytes, storage.file?.logBytes ?? 0));
    const last = await this.history.findNewest('tables');
    if (last && this.history.currentMinute - last.minute < 60) return null;
    const largest = Object.entries(toTableBytes(storage)).sort(([, one], [, other]) => other - one);
    await this.history.save('tables', Object.fromEntries(largest.slice(0, maxTables)));
    return {
      tables: Math.min(largest.length, maxTables),
      bytes: storage.totalBytes,
      expired: await this.history.deleteExpired(),
    };
  }

  private async figures(bytes: number, logBytes: number): Promise<Figures> {
    const { used, states, pool } = await this.inspector.connections();
    const count = (state: string): number => states.find((each) => each.state === state)?.count ?? 0;
    return {
      bytes,
      logBytes,
      connections: used ?? pool.total,
      active: count('active') + count('writing'),
      idleInTransaction: count('idle in transaction'),
      blocked: (await this.inspector.lockPairs()).length,
      deadlocks: (await this.inspector.deadlocks()) ?? 0,
    };
  }
}
