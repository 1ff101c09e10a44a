import { Entity, PrimaryColumn } from 'typeorm';
import { BigInteger, Instant, Int, Text, Varchar } from '../database/entity';

/** The state of a job: its last run (also a run that found nothing to do) and its failures. */
@Entity('platform_job')
export class JobState {
  @PrimaryColumn('varchar', { length: 100 }) job: string;
  @Varchar(100) holder: string;
  @Instant() startedAt: Date;
  @Instant({ nullable: true }) finishedAt: Date | null;
  @Varchar(10) outcome: 'running' | 'done' | 'failed';
  @Text({ default: '' }) error: string;
  @Instant({ nullable: true }) succeededAt: Date | null;
  /** All failures since the job exists, including runs whose process died. */
  @BigInteger({ default: 0 }) failures: number;
  @Int({ default: 0 }) failuresInARow: number;
}
