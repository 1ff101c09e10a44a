import { Entity, Index, Unique } from 'typeorm';
import { BigInteger, Id, Reference } from '../../../platform/database/entity';

/**
 * A used nonce that belongs to no withdrawal, because another program signed with the key or the record of the withdrawal was lost. An
 * administrator has acknowledged the nonce. Every other used nonce belongs to exactly one withdrawal (I11).
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
