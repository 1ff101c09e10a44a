import { Injectable } from '@nestjs/common';
import { instant, int, nullable, text, textOf, type Row } from '../database/columns';
import { Database } from '../database/database';
import { Clock } from '../time/clock';
import { Jobs } from './jobs';
import type { JobOptions } from './job';
import { intervalMs, nextTick } from './cron-ticks';

const shape = {
  ...{ job: text, holder: text, startedAt: instant, finishedAt: nullable(instant), error: text },
  ...{
    outcome: textOf<'running' | 'done' | 'failed'>(),
    succeededAt: nullable(instant),
    failures: int,
    failuresInARow: int,
  },
};
export type State = Row<typeof shape>;

/** A job that is expected to run by itself, and how it stands. */
export interface Watched extends JobOptions {
  intervalMs: number;
  state: State | undefined;
  /** Its tick has come and gone, and nobody began. */
  isOverdue: boolean;
}

const graceMs = 5 * 60_000;

/** How the jobs stand, over all processes. */
@Injectable()
export class JobStates {
  private readonly since: Date;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {
    this.since = clock.now();
  }

  async all(): Promise<Map<string, State>> {
    const rows = await this.database.rows(
      shape,
      `SELECT job, holder, started_at AS "startedAt", finished_at AS "finishedAt", outcome, error,
         succeeded_at AS "succeededAt", failures, failures_in_a_row AS "failuresInARow" FROM platform_job`,
    );
    return new Map(rows.map((row) => [row.job, row]));
  }

  /** Those with a schedule; what the configuration leaves nothing to do is not expected to run. */
  async watched(): Promise<Watched[]> {
    const [states, now] = [await this.all(), this.clock.now()];
    return this.jobs.scheduled.map(({ cron, ...options }) => {
      const state = states.get(options.name);
      const due = nextTick(cron, state?.startedAt ?? this.since);
      const isOverdue = now.getTime() - due.getTime() > graceMs && state?.outcome !== 'running';
      return { ...options, cron, state, isOverdue, intervalMs: intervalMs(cron, now) };
    });
  }
}
