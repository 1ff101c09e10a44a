export { Earnings } from './earnings';
export { Ledger } from './ledger';
export type { Movement, Posted, RewardClaim } from './movement';
export { AchievementUnlocked, CoinsEarned, CoinsTransferred } from './rewards.events';
export { RewardsModule } from './rewards.module';
export { signOf, transactionTypes, type TransactionType } from './transaction-types';
