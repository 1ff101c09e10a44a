import { Injectable } from '@nestjs/common';
import { Job, type JobReport, type RunnableJob } from '../../platform/jobs/job';
import { tableBytes } from './diagnosis';
import { History, type Figures } from './sample-history';
import { Inspector } from './inspector';

const mostTables = 200;

/** What the whole database looks like, by whichever process holds the lease. */
@Injectable()
@Job({
  name: 'platform:sample-database',
  cron: '* * * * *',
  summary: 'Keeps what the database looks like, for plots over time; forgets after 14 days',
})
export class SampleDatabase implements RunnableJob {
  constructor(
    private readonly inspector: Inspector,
    private readonly history: History,
  ) {}

  /** Null on most minutes: a run a minute is not worth a record. */
  async run(): Promise<JobReport | null> {
    const storage = await this.inspector.storage();
    await this.history.keep('database', await this.figures(storage.totalBytes, storage.file?.logBytes ?? 0));
    const last = await this.history.newest('tables');
    if (last && this.history.minute - last.minute < 60) return null;
    const largest = Object.entries(tableBytes(storage)).sort(([, one], [, other]) => other - one);
    await this.history.keep('tables', Object.fromEntries(largest.slice(0, mostTables)));
    return {
      tables: Math.min(largest.length, mostTables),
      bytes: storage.totalBytes,
      expired: await this.history.expire(),
    };
  }

  private async figures(bytes: number, logBytes: number): Promise<Figures> {
    const { used, states, pool } = await this.inspector.connections();
    const count = (state: string): number => states.find((each) => each.state === state)?.count ?? 0;
    return {
      ...{ bytes, logBytes, connections: used ?? pool.total, active: count('active') + count('writing') },
      ...{ idleInTransaction: count('idle in transaction'), blocked: (await this.inspector.lockPairs()).length },
      deadlocks: (await this.inspector.deadlocks()) ?? 0,
    };
  }
}
