import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { HeldLease } from './leases';

export const JOB = 'jobs:job';

export interface JobOptions {
  /** Named after what it does, `module:verb-noun`; also what the CLI runs. */
  name: string;
  /** Five cron fields, UTC; six begin with seconds. Without it the job runs only by name. */
  cron?: string;
  /** How long after its holder's death another process waits before it takes over; a minute unless given. */
  leaseMs?: number;
  summary: string;
}

/** What a run did, in numbers and short words; kept with the run. */
export type JobReport = Record<string, number | string | boolean | null>;

/**
 * Work for the schedule and the CLI. It must bear being run twice, and being killed anywhere. The lease is for those who
 * fence their writes with it; null: there was nothing to do, and the run is not worth a record.
 */
export interface RunnableJob {
  run(lease: HeldLease): Promise<JobReport | null>;
  /** False where the configuration leaves it nothing to do: it is not scheduled then. */
  isWanted?(): boolean;
}

export const Job = (options: JobOptions): CustomDecorator => SetMetadata(JOB, options);
