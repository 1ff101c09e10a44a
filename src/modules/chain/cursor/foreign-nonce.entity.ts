import { Entity, Index, Unique } from 'typeorm';
import { BigInteger, Id, Reference } from '../../../platform/database/entity';

/**
 * A nonce of a hot wallet that no withdrawal of ours has used: somebody else signed with the key, or our record of it was
 * lost. An administrator has looked and gone on after it; every other nonce we have passed belongs to one withdrawal.
 */
@Entity('rewards_foreign_nonce')
@Unique('rewards_foreign_nonce_once', ['hotWalletId', 'nonce'])
@Index('rewards_foreign_nonce_decision', ['decisionId'])
export class ForeignNonce {
  @Id() id: number;
  @Reference('HotWallet', 'rewards_foreign_nonce_hot_wallet_fk', 'RESTRICT') hotWalletId: number;
  @BigInteger() nonce: number;
  @Reference('ChainDecision', 'rewards_foreign_nonce_decision_fk', 'RESTRICT') decisionId: number;
}
