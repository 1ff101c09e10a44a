import { Entity, PrimaryColumn } from 'typeorm';
import { Json } from '../../../platform/database/entity';

/** Figures of one source in one minute. The source is `database`, `tables` or `process:HOST:PID`. `minute` counts from 1970. */
@Entity('platform_sample')
export class Sample {
  @PrimaryColumn('varchar', { length: 100 }) source: string;
  @PrimaryColumn('int') minute: number;
  @Json() figures: object;
}
