import { Entity, PrimaryColumn } from 'typeorm';
import { Varchar } from '../../../platform/database/entity';

/** Headers of the canonical chain from the final block to the head, each linked to the one before by its parent's hash. */
@Entity('rewards_block')
export class Block {
  @PrimaryColumn('int8') number: number;
  @Varchar(66) hash: string;
  @Varchar(66) parentHash: string;
}
