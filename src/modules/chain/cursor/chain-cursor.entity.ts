import { Entity, PrimaryColumn } from 'typeorm';
import { BigInteger, Flag, Instant, Int, Text, Varchar } from '../../../platform/database/entity';

/** The position up to which the chain was read. All transfers up to the final block are settled. The final block never goes back. */
@Entity('rewards_chain_cursor')
export class ChainCursor {
  @PrimaryColumn('int8', { name: 'chain_id' }) chainId: number;
  @Varchar(42) contract: string;
  /** The address that pays withdrawals and receives deposits. */
  @Varchar(42) treasury: string;
  /** The block from which on the school records the chain, and the tokens that the treasury held there. */
  @BigInteger() openingNumber: number;
  @Varchar(78) openingUnits: string;
  @BigInteger() finalNumber: number;
  @Varchar(66) finalHash: string;
  /** The tokens of the treasury, and of all accounts, at the final block. */
  @Varchar(78) treasuryUnits: string;
  @Varchar(78) supplyUnits: string;
  @BigInteger() headNumber: number;
  @Varchar(66) headHash: string;
  /** The treasury holds less than the school owes. Requested withdrawals are paid in order while the coins last. */
  @Flag({ default: false }) underfunded: boolean;
  @Instant() observedAt: Date;
  /** The number of failed polls in a row that had the same kind of fault, and the text of the last fault. */
  @Int({ default: 0 }) faults: number;
  @Text({ default: '' }) lastFault: string;
  /** The id of the first withdrawal that the treasury or the limit of 24 hours does not cover. This withdrawal and all later ones wait. */
  @BigInteger({ nullable: true }) waitsFrom: number | null;
  @Varchar(10, { default: '' }) waitsFor: '' | 'treasury' | 'limit';
}
