import { Check, Entity, Index, Unique } from 'typeorm';
import { BigInteger, Flag, Id, Instant, Int, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';

export const withdrawalStates = [
  'reserved',
  'signing',
  'signed',
  'broadcast',
  'mined',
  'confirmed',
  'refunded',
  'halted',
] as const;
export type WithdrawalState = (typeof withdrawalStates)[number];
/** The states of withdrawals that have not ended. Their coins are neither in the balance nor finally on the chain. */
export const openStates = ['reserved', 'signing', 'signed', 'broadcast', 'mined', 'halted'] as const;

/**
 * A withdrawal of coins to the chain. The coins are debited with the request. Its nonce never changes, so that the protocol of the
 * chain itself allows at most one payment.
 */
@Entity('rewards_withdrawal')
@Unique('rewards_withdrawal_ledger', ['ledgerId'])
@Unique('rewards_withdrawal_refund', ['refundId'])
@Unique('rewards_withdrawal_nonce', ['hotWalletId', 'nonce'])
@Index('rewards_withdrawal_user', ['userId'])
@Index('rewards_withdrawal_state', ['state', 'id'])
@Index('rewards_withdrawal_tx_hash', ['txHash'])
@OneOf('rewards_withdrawal_state_listed', 'state', withdrawalStates)
@Check('rewards_withdrawal_amount', '"amount" > 0')
@Check('rewards_withdrawal_nonce_owned', '("nonce" IS NULL) = ("hot_wallet_id" IS NULL)')
@Check('rewards_withdrawal_refunded', `("state" = 'refunded') = ("refund_id" IS NOT NULL)`)
@Check(
  'rewards_withdrawal_nonce_from_signing',
  `("nonce" IS NULL AND "state" IN ('reserved', 'refunded')) OR ("nonce" IS NOT NULL AND "state" <> 'reserved')`,
)
@Check('rewards_withdrawal_mined', `"state" NOT IN ('mined', 'confirmed') OR "block_number" IS NOT NULL`)
export class Withdrawal {
  @Id() id: number;
  @Reference('User', 'rewards_withdrawal_user_fk', 'RESTRICT') userId: number;
  /** The address of the wallet at the time of the request. Later changes of the wallet do not matter. Lower case. */
  @Varchar(42) address: string;
  /** Whole TeoCoins. */
  @Int() amount: number;
  @Varchar(10) state: WithdrawalState;
  /** The debit in the ledger, and the refund, if it was refunded. */
  @Reference('TeocoinTransaction', 'rewards_withdrawal_ledger_fk', 'RESTRICT') ledgerId: number;
  @Reference('TeocoinTransaction', 'rewards_withdrawal_refund_fk', 'RESTRICT', { nullable: true })
  refundId: number | null;
  @Reference('HotWallet', 'rewards_withdrawal_hot_wallet_fk', 'RESTRICT', { nullable: true }) hotWalletId:
    number | null;
  @BigInteger({ nullable: true }) nonce: number | null;
  /** Set when the withdrawal is cancelled. If it has a nonce, the nonce is spent without a payment. */
  @Flag({ default: false }) cancelling: boolean;
  /** The hash of the newest signed transaction, or of the transaction that paid, if the state is `mined` or `confirmed`. */
  @Varchar(66, { default: '' }) txHash: string;
  @BigInteger({ nullable: true }) blockNumber: number | null;
  @Varchar(66, { default: '' }) blockHash: string;
  /** The hash of the transaction that used the nonce at a final block without paying. A withdrawal that has a nonce is not refunded without this hash. */
  @Varchar(66, { default: '' }) consumedBy: string;
  /** The reason why the withdrawal is halted, was refunded or waits. */
  @Text({ default: '' }) reason: string;
  @Instant() requestedAt: Date;
  @Instant() changedAt: Date;
}
