import { Injectable } from '@nestjs/common';
import { instant, int, nullable, text, textOf, type Row } from '../database/columns';
import { Database } from '../database/database';
import { Jobs } from './jobs';
import type { JobOptions } from './job';
import { intervalMs, nextTick } from './cron-ticks';
import { Leases } from './leases';

const shape = {
  ...{ job: text, holder: text, startedAt: instant, finishedAt: nullable(instant), error: text },
  ...{
    outcome: textOf<'running' | 'done' | 'failed'>(),
    succeededAt: nullable(instant),
    failures: int,
    failuresInARow: int,
  },
  ...{ isHeld: int, lostAt: nullable(instant) },
};
type Found = Row<typeof shape>;

/** `lostAt`: when the last run began that died with its process, within a day. */
export type State = Omit<Found, 'isHeld'>;

/** A job that is expected to run by itself, and how it stands. */
export interface Watched extends JobOptions {
  intervalMs: number;
  state: State | undefined;
  /** Its tick has come and gone, and nobody began. */
  isOverdue: boolean;
}

const graceMs = 5 * 60_000;
const dayMs = 86_400_000;

/** How the jobs stand, over all processes. */
@Injectable()
export class JobStates {
  private readonly openedAtMs = performance.now();

  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly jobs: Jobs,
  ) {}

  async all(): Promise<Map<string, State>> {
    const rows = await this.database.rows(
      shape,
      `SELECT job, holder, started_at AS "startedAt", finished_at AS "finishedAt", outcome, error,
         succeeded_at AS "succeededAt", failures, failures_in_a_row AS "failuresInARow",
         (SELECT count(*) FROM platform_lease l
          WHERE l.name = 'job:' || job AND l.expires_at > ${this.database.dialect.now}) AS "isHeld",
         (SELECT MAX(r.started_at) FROM platform_job_run r WHERE r.job = platform_job.job AND r.outcome = 'lost'
            AND r.started_at > ${this.database.dialect.later('$1')}) AS "lostAt"
       FROM platform_job`,
      [-dayMs],
    );
    return new Map(rows.map((row) => [row.job, stateOf(row)]));
  }

  /** Those with a schedule; what the configuration leaves nothing to do is not expected to run. `states`: as `all` gave them. */
  async watched(states: Map<string, State>): Promise<Watched[]> {
    const now = await this.leases.now();
    const since = new Date(now.getTime() - (performance.now() - this.openedAtMs));
    return this.jobs.scheduled.map(({ cron, ...options }) => {
      const state = states.get(options.name);
      const due = nextTick(cron, state?.startedAt ?? since);
      const isOverdue = now.getTime() - due.getTime() > graceMs && state?.outcome !== 'running';
      return { ...options, cron, state, isOverdue, intervalMs: intervalMs(cron, now) };
    });
  }
}

/** It runs for as long as it holds its lease. A run whose process died has failed, before its successor says so. */
function stateOf({ isHeld, ...state }: Found): State {
  if (state.outcome !== 'running' || isHeld > 0) return state;
  const [failures, failuresInARow] = [state.failures + 1, state.failuresInARow + 1];
  return { ...state, outcome: 'failed', error: 'Its process died', failures, failuresInARow };
}
