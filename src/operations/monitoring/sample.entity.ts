import { Entity, PrimaryColumn } from 'typeorm';
import { Json } from '../../platform/database/entity';

/** What one source saw in one minute: `database`, `tables`, or `process:` and its name. Minutes since 1970. */
@Entity('platform_sample')
export class Sample {
  @PrimaryColumn('varchar', { length: 100 }) source: string;
  @PrimaryColumn('int') minute: number;
  @Json() figures: object;
}
