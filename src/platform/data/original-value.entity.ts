import { Entity, PrimaryColumn } from 'typeorm';
import { Text } from '../database/entity';

export const originalsTable = 'platform_originalvalue';

/**
 * A value of another system that was made into ours: both as JSON. As long as ours stands, theirs is what that system gets
 * back; it goes with every dump of ours.
 */
@Entity(originalsTable)
export class OriginalValue {
  @PrimaryColumn('varchar', { length: 100 }) model: string;
  @PrimaryColumn('int8', { name: 'row_id' }) rowId: number;
  @PrimaryColumn('varchar', { length: 100 }) field: string;
  @Text() ours: string;
  @Text() theirs: string;
}
