import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { HeldLease } from './leases';

export const JOB = 'jobs:job';

export interface JobOptions {
  /** The name has the form `module:verb-noun`. The CLI starts the job by it. */
  name: string;
  /** Five cron fields in UTC, or six if they begin with seconds. Without `cron` the job runs only by name. */
  cron?: string;
  /** The setting that the job needs. The error of a run without it names it. */
  needs?: string;
  /** How long after the death of its process another process may take over the job. The default is a minute. */
  leaseMs?: number;
  summary: string;
}

export type ScheduledJob = JobOptions & { cron: string };

/** The result of a run, in numbers and short texts. It is stored with the run. */
export type JobReport = Record<string, number | string | boolean | null>;

/**
 * A job that the schedule and the CLI run. It must be safe to run it twice and to kill it at any point. If another process has the
 * lease, no transaction of the run is committed, and `signal` is aborted. Work outside the database must check the signal.
 */
export interface RunnableJob {
  /** A job may use `lease` to check it before the commit. @returns null if there was nothing to do */
  run(lease: HeldLease, signal: AbortSignal): Promise<JobReport | null>;
  /** False if the job has nothing to do in this configuration. Then it is not scheduled, and a run by name fails. */
  isWanted?(): boolean;
}

export const Job = (options: JobOptions): CustomDecorator => SetMetadata(JOB, options);
