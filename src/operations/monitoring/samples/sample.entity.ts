import { Entity, PrimaryColumn } from 'typeorm';
import { Json } from '../../../platform/database/entity';

/** Figures of one source (`database`, `tables`, or `process:` and its name) in one minute. `minute` counts from 1970. */
@Entity('platform_sample')
export class Sample {
  @PrimaryColumn('varchar', { length: 100 }) source: string;
  @PrimaryColumn('int') minute: number;
  @Json() figures: object;
}
