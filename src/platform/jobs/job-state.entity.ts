import { Entity, PrimaryColumn } from 'typeorm';
import { BigInteger, Instant, Int, Text, Varchar } from '../database/entity';

/** How a job stands: its last run, whether or not that found anything to do. */
@Entity('platform_job')
export class JobState {
  @PrimaryColumn('varchar', { length: 100 }) job: string;
  @Varchar(100) holder: string;
  @Instant() startedAt: Date;
  @Instant({ nullable: true }) finishedAt: Date | null;
  @Varchar(10) outcome: 'running' | 'done' | 'failed';
  @Text({ default: '' }) error: string;
  @Instant({ nullable: true }) succeededAt: Date | null;
  /** Since the job exists; runs whose process died are among them. */
  @BigInteger({ default: 0 }) failures: number;
  @Int({ default: 0 }) failuresInARow: number;
}
