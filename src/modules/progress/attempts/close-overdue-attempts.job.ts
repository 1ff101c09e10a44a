import { Injectable, Logger } from '@nestjs/common';
import { instant, int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Job, type JobReport, type RunnableJob } from '../../../platform/jobs/job';
import type { HeldLease } from '../../../platform/jobs/leases';
import { Clock } from '../../../platform/time/clock';
import { Attempts } from './attempts';

const overdueShape = { id: int, deadlineAt: instant };
type OverdueAttempt = Row<typeof overdueShape>;
const pageSize = 500;

/** Hands in every overdue attempt with its saved answers (rule 8). Each attempt has its own transaction. */
@Injectable()
@Job({
  name: 'progress:close-overdue-attempts',
  cron: '* * * * *',
  summary: 'Hands in the saved answers of attempts whose deadline has passed',
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
    let lastAttempt: OverdueAttempt = { id: 0, deadlineAt: new Date(0) };
    for (;;) {
      const overdue = await this.listOverdue(lastAttempt);
      for (const { id } of overdue) {
        signal.throwIfAborted();
        const outcome = await this.close(id);
        if (outcome) report[outcome] += 1;
      }
      if (overdue.length < pageSize) return report;
      lastAttempt = overdue.at(-1) as OverdueAttempt;
    }
  }

  /** Lists the next page of overdue attempts, which comes after the given attempt in the order of deadline and id. */
  private listOverdue({ deadlineAt, id }: OverdueAttempt): Promise<OverdueAttempt[]> {
    return this.database.rows(
      overdueShape,
      `SELECT id, deadline_at AS "deadlineAt" FROM progress_attempt
       WHERE finished_at IS NULL AND deadline_at < $1 AND (deadline_at, id) > ($2, $3)
       ORDER BY deadline_at, id LIMIT ${pageSize}`,
      [this.clock.now(), deadlineAt, id],
    );
  }

  /** Logs an attempt that cannot be closed, so that it does not block the other attempts. The next run tries again. */
  private async close(id: number): Promise<'closed' | 'failed' | null> {
    try {
      return (await this.attempts.closeOverdue(id)) ? 'closed' : null;
    } catch (error) {
      this.log.error(`Attempt ${id} was not closed, the next run tries again`, error);
      return 'failed';
    }
  }
}
