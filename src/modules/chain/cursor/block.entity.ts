import { Entity, PrimaryColumn } from 'typeorm';
import { Varchar } from '../../../platform/database/entity';

/** The headers after the final block up to the head. Each contains the hash of the header before it. */
@Entity('rewards_block')
export class Block {
  @PrimaryColumn('int8') number: number;
  @Varchar(66) hash: string;
  @Varchar(66) parentHash: string;
}
