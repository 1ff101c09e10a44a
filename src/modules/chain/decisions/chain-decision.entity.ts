import { Entity, Index } from 'typeorm';
import { Id, Instant, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';

export const chainActions = ['retry', 'cancel', 'refund', 'settle', 'halt', 'resume', 'pay'] as const;
export type ChainAction = (typeof chainActions)[number];

/** A decision of an administrator about a withdrawal or a hot wallet. It is stored in the transaction that carries it out. */
@Entity('rewards_chain_decision')
@Index('rewards_chain_decision_withdrawal', ['withdrawalId'])
@Index('rewards_chain_decision_hot_wallet', ['hotWalletId'])
@Index('rewards_chain_decision_actor', ['actorId'])
@OneOf('rewards_chain_decision_action_listed', 'action', chainActions)
export class ChainDecision {
  @Id() id: number;
  @Reference('Withdrawal', 'rewards_chain_decision_withdrawal_fk', 'RESTRICT', { nullable: true })
  withdrawalId: number | null;
  @Reference('HotWallet', 'rewards_chain_decision_hot_wallet_fk', 'RESTRICT', { nullable: true })
  hotWalletId: number | null;
  @Varchar(12) action: ChainAction;
  @Text() reason: string;
  @Reference('User', 'rewards_chain_decision_actor_fk', 'RESTRICT') actorId: number;
  @Instant() decidedAt: Date;
}
