import { Entity, Index } from 'typeorm';
import { Id, Instant, Json, Text, Varchar } from '../database/entity';
import type { JobReport } from './job';

/** The record of one run of a job. Without `finishedAt` the run is in progress, or its process died. */
@Entity('platform_job_run')
@Index('platform_job_run_job', ['job', 'startedAt'])
@Index('platform_job_run_running', ['job'], { where: `outcome = 'running'` })
export class JobRun {
  @Id() id: number;
  @Varchar(100) job: string;
  @Varchar(100) holder: string;
  @Instant() startedAt: Date;
  @Instant({ nullable: true }) finishedAt: Date | null;
  @Varchar(10) outcome: 'running' | 'done' | 'failed' | 'lost';
  @Json() report: JobReport;
  @Text({ default: '' }) error: string;
}
