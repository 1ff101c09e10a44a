import { Entity, PrimaryColumn } from 'typeorm';
import { BigInteger, Flag, Instant, Int, Text, Varchar } from '../../../platform/database/entity';

/** How far the chain was followed. Everything up to `final` is settled for good; the mark never goes back. */
@Entity('rewards_chain_cursor')
export class ChainCursor {
  @PrimaryColumn('int8', { name: 'chain_id' }) chainId: number;
  @Varchar(42) contract: string;
  /** The one address that pays withdrawals and receives deposits. */
  @Varchar(42) treasury: string;
  /** The block from which on the books of the chain are ours, and what the treasury held there. */
  @BigInteger() openingNumber: number;
  @Varchar(78) openingUnits: string;
  @BigInteger() finalNumber: number;
  @Varchar(66) finalHash: string;
  /** At the final block. */
  @Varchar(78) treasuryUnits: string;
  @Varchar(78) supplyUnits: string;
  @BigInteger() headNumber: number;
  @Varchar(66) headHash: string;
  /** The treasury holds less than people could withdraw: what of it is asked for is paid as far as it reaches. */
  @Flag({ default: false }) underfunded: boolean;
  @Instant() observedAt: Date;
  /** Ticks in a row that could not be settled for the same kind of reason, and why the last one could not. */
  @Int({ default: 0 }) faults: number;
  @Text({ default: '' }) lastFault: string;
  /** The first withdrawal without a nonce that the treasury, or today's limit, does not reach: it waits, and all after it. */
  @BigInteger({ nullable: true }) waitsFrom: number | null;
  @Varchar(10, { default: '' }) waitsFor: '' | 'treasury' | 'limit';
}
