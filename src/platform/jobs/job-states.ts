import { Injectable } from '@nestjs/common';
import { instant, int, nullable, type Row } from '../database/columns';
import { Database } from '../database/database';
import { columnsOf } from '../database/entity-columns';
import { Jobs } from './jobs';
import type { JobOptions } from './job';
import { intervalMs, nextTick } from './cron-ticks';
import { Leases } from './leases';
import { JobState } from './job-state.entity';

const jobState = columnsOf(JobState);
const shape = {
  ...jobState.shape,
  isHeld: int,
  lostAt: nullable(instant),
};
type StateRow = Row<typeof shape>;

/** The present state of a job. `lostAt` is the start of the last run whose process died, if it started within the last day. */
export type CurrentJobState = Omit<StateRow, 'isHeld'>;

/** A job with a schedule, and its state. */
export interface ScheduledJobState extends JobOptions {
  intervalMs: number;
  state: CurrentJobState | undefined;
  /** True if a tick has passed and no process has started a run. */
  isOverdue: boolean;
}

/** A job counts as overdue if it has not started within this time after its tick. */
const graceMs = 5 * 60_000;
const dayMs = 86_400_000;

/** Reads the states of the jobs, with the runs of all processes. */
@Injectable()
export class JobStates {
  private readonly createdAtMs = performance.now();

  constructor(
    private readonly database: Database,
    private readonly leases: Leases,
    private readonly jobs: Jobs,
  ) {}

  /** Returns the states by the names of the jobs. */
  async findByJob(): Promise<Map<string, CurrentJobState>> {
    const rows = await this.database.rows(
      shape,
      `SELECT ${jobState.columns()},
         (SELECT count(*) FROM platform_lease l
          WHERE l.name = 'job:' || job AND l.expires_at > ${this.database.dialect.nowSql}) AS "isHeld",
         (SELECT MAX(r.started_at) FROM platform_job_run r WHERE r.job = platform_job.job AND r.outcome = 'lost'
            AND r.started_at > ${this.database.dialect.nowPlusMsSql('$1')}) AS "lostAt"
       FROM platform_job`,
      [-dayMs],
    );
    return new Map(rows.map((row) => [row.job, toCurrentState(row)]));
  }

  /**
   * Lists the jobs with a schedule. A job that has nothing to do in this configuration is left out. `states` is the result of
   * `findByJob`.
   */
  async listScheduled(states: Map<string, CurrentJobState>): Promise<ScheduledJobState[]> {
    const now = await this.leases.now();
    const processAgeMs = performance.now() - this.createdAtMs;
    const processStart = new Date(now.getTime() - processAgeMs);
    return this.jobs.scheduled.map(({ cron, ...options }) => {
      const state = states.get(options.name);
      const dueAt = nextTick(cron, state?.startedAt ?? processStart);
      const isLate = now.getTime() - dueAt.getTime() > graceMs;
      const isOverdue = isLate && state?.outcome !== 'running';
      return { ...options, cron, state, isOverdue, intervalMs: intervalMs(cron, now) };
    });
  }
}

/** Shows a run as failed if it is recorded as running but no process holds the job's lease, because then its process died. */
function toCurrentState({ isHeld, ...state }: StateRow): CurrentJobState {
  if (state.outcome !== 'running' || isHeld > 0) return state;
  const failures = state.failures + 1;
  const failuresInARow = state.failuresInARow + 1;
  return { ...state, outcome: 'failed', error: 'Its process died', failures, failuresInARow };
}
