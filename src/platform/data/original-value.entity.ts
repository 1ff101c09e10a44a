import { Entity, PrimaryColumn } from 'typeorm';
import { Text } from '../database/entity';

export const originalsTable = 'platform_originalvalue';

/**
 * An imported value of the other system (`theirs`) and the value that it was converted to (`ours`), both as JSON. As long as the
 * converted value is unchanged, an export writes `theirs` again. A dump in our own format contains these rows. A dump for Django has
 * the values in their fields instead.
 */
@Entity(originalsTable)
export class OriginalValue {
  @PrimaryColumn('varchar', { length: 100 }) model: string;
  @PrimaryColumn('int8', { name: 'row_id' }) rowId: number;
  @PrimaryColumn('varchar', { length: 100 }) field: string;
  @Text() ours: string;
  @Text() theirs: string;
}
