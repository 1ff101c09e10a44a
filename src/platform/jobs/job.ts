import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const JOB = 'jobs:job';

export interface JobOptions {
  /** Named after what it does, `module:verb-noun`; also what the CLI runs. */
  name: string;
  /** Five cron fields, UTC. Without it the job runs only by name. */
  cron?: string;
  summary: string;
}

/** What a run did, in numbers and short words; kept with the run. */
export type JobReport = Record<string, number | string | boolean | null>;

/** Work for the schedule and the CLI. It must bear being run twice, and being killed anywhere. */
export interface RunnableJob {
  run(): Promise<JobReport>;
}

export const Job = (options: JobOptions): CustomDecorator => SetMetadata(JOB, options);
