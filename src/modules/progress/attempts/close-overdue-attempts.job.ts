import { Injectable, Logger } from '@nestjs/common';
import { instant, int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import type { HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import { Attempts } from './attempts';

const overdueShape = { id: int, deadlineAt: instant };
type Overdue = Row<typeof overdueShape>;
const atOnce = 500;

/** An attempt whose time is over is handed in as it was saved (rule 8), each in a transaction of its own. */
@Injectable()
@Job({
  name: 'progress:close-overdue-attempts',
  cron: '* * * * *',
  summary: 'Hands in attempts whose deadline has passed, as they were saved',
})
export class CloseOverdueAttempts implements RunnableJob {
  private readonly log = new Logger(CloseOverdueAttempts.name);

  constructor(
    private readonly database: Database,
    private readonly attempts: Attempts,
    private readonly clock: Clock,
  ) {}

  async run(_lease: HeldLease, signal: AbortSignal): Promise<JobReport> {
    const report = { closed: 0, failed: 0 };
    for (let after: Overdue = { id: 0, deadlineAt: new Date(0) }; ;) {
      const overdue = await this.overdue(after);
      for (const { id } of overdue) {
        signal.throwIfAborted();
        const outcome = await this.close(id);
        if (outcome) report[outcome] += 1;
      }
      if (overdue.length < atOnce) return report;
      after = overdue.at(-1) as Overdue;
    }
  }

  private overdue({ deadlineAt, id }: Overdue): Promise<Overdue[]> {
    return this.database.rows(
      overdueShape,
      `SELECT id, deadline_at AS "deadlineAt" FROM progress_attempt
       WHERE finished_at IS NULL AND deadline_at < $1 AND (deadline_at, id) > ($2, $3)
       ORDER BY deadline_at, id LIMIT ${atOnce}`,
      [this.clock.now(), deadlineAt, id],
    );
  }

  /** One attempt that cannot be closed must not hold up the others: it is told and tried again next minute. */
  private async close(id: number): Promise<'closed' | 'failed' | null> {
    try {
      return (await this.attempts.close(id)) ? 'closed' : null;
    } catch (error) {
      this.log.error(`Attempt ${id} was not closed`, error);
      return 'failed';
    }
  }
}
