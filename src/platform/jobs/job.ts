import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { HeldLease } from './leases';

export const JOB = 'jobs:job';

export interface JobOptions {
  /** The name has the form `module:verb-noun`. The CLI starts the job by it. */
  name: string;
  /** Five cron fields in UTC, or six if they begin with seconds. Without `cron` the job runs only by name. */
  cron?: string;
  /** The name of a setting that the job needs. If the setting is missing, the error of a run names it. */
  needs?: string;
  /** The time after which another process may start the job if the process of a run has died. The default is a minute. */
  leaseMs?: number;
  summary: string;
}

export type ScheduledJob = JobOptions & { cron: string };

/** The result of a run, in numbers and short texts. It is stored with the run. */
export type JobReport = Record<string, number | string | boolean | null>;

/**
 * A job that the schedule and the CLI run. It must be safe to run it twice and to kill it at any point. If another process takes the
 * lease, the run can no longer commit a transaction, and `signal` is aborted. Work outside the database must check the signal.
 */
export interface RunnableJob {
  /** Does the work. `lease` is for jobs that check it themselves in a transaction. @returns null if there was nothing to do */
  run(lease: HeldLease, signal: AbortSignal): Promise<JobReport | null>;
  /** Returns false if the job has nothing to do in this configuration. Then the job is not scheduled, and a run by name fails. */
  isWanted?(): boolean;
}

export const Job = (options: JobOptions): CustomDecorator => SetMetadata(JOB, options);
