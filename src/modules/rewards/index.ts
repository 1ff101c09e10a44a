export type { AchievementRule } from './achievements/achievement-rule';
export { AchievementRules } from './achievements/achievement-rules';
export { Achievements, type Award } from './achievements/achievements';
export { LedgerAudit, type AuditReport } from './audit/ledger-audit';
export { rowColumnsSql, ledgerTable, type AuditPart, type LedgerCheck, type Violation } from './audit/ledger-check';
export { ledgerSums } from './audit/ledger-sums';
export { maxBalance } from './ledger/balances';
export { Earnings } from './earning/earnings';
export { CoinOverview, CoinOverviews } from './ledger/coin-overview';
export { Ledger } from './ledger/ledger';
export type { Movement, PostedMovement, RewardClaim } from './ledger/movement';
export {
  requireCoinsNotHeld,
  requireWithinYoungAccountLimit,
  sentByYoungAccountSql,
  youngAccountShape,
  youngAccountSince,
} from './ledger/outgoing-limits';
export { ownLedgerReason } from './rewards.data';
export { BalanceTooLarge, CoinsHeld, InsufficientBalance, YoungAccountLimit } from './rewards.errors';
export { AchievementUnlocked, BalanceCorrected, CoinsEarned, CoinsTransferred } from './rewards.events';
export { RewardsModule } from './rewards.module';
export { requireNotAmong, requireTreasurer } from './rewards.policy';
export { apiTypeOf, signOf, transactionTypes, transferTypes, type TransactionType } from './ledger/transaction-types';
export { Transfers, type TransferOrder } from './ledger/transfers';
export { UnreadNotifications } from './home/unread-notifications';
export { rewardSettings } from './rewards.settings';
