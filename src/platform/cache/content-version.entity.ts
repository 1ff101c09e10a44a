import { Entity, PrimaryColumn } from 'typeorm';
import { BigInteger } from '../database/entity';

/**
 * A random number that triggers replace in the transaction of every change (`version-triggers.ts`). A version is never used twice, so
 * that neither a restored backup nor another school finds the cached answers of other content.
 */
@Entity('platform_contentversion')
export class ContentVersion {
  /** The kind of object, such as `course`. */
  @PrimaryColumn('varchar', { length: 20 }) topic: string;
  /** The remainder of the object's id. All objects with the same remainder share a version. */
  @PrimaryColumn('int') shard: number;
  @BigInteger() version: number;
}
