import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { HeldLease } from './leases';

export const JOB = 'jobs:job';

export interface JobOptions {
  /** Named after what it does, `module:verb-noun`; also what the CLI runs. */
  name: string;
  /** Five cron fields, UTC; six begin with seconds. Without it the job runs only by name. */
  cron?: string;
  /** The setting without which it has nothing to do: named to whoever runs it all the same. */
  needs?: string;
  /** How long after its holder's death another process waits before it takes over; a minute unless given. */
  leaseMs?: number;
  summary: string;
}

export type ScheduledJob = JobOptions & { cron: string };

/** What a run did, in numbers and short words; kept with the run. */
export type JobReport = Record<string, number | string | boolean | null>;

/**
 * Work for the schedule and the CLI. It must bear being run twice, and being killed anywhere. Every transaction of a run is
 * fenced: when the lease is somebody else's by then it is not committed, and `signal` is aborted, which what does not go through
 * the database has to obey. The lease is for those who fence earlier; null: there was nothing to do.
 */
export interface RunnableJob {
  run(lease: HeldLease, signal: AbortSignal): Promise<JobReport | null>;
  /** False where the configuration leaves it nothing to do: it is not scheduled then, and fails when it is run by name. */
  isWanted?(): boolean;
}

export const Job = (options: JobOptions): CustomDecorator => SetMetadata(JOB, options);
