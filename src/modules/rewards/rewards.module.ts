import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProgressModule } from '../progress';
import { Achievement } from './achievements/achievement.entity';
import { AchievementRules } from './achievements/achievement-rules';
import { Achievements } from './achievements/achievements';
import { AchievementsController } from './achievements/achievements.controller';
import { AchievementGrants } from './achievements/achievement-grants';
import { MyAchievements } from './achievements/my-achievements.query';
import { UnlockAchievementsWhenLearnerProgressed } from './achievements/unlock-achievements-when-learner-progressed';
import { AuditCopies } from './audit/audit-copies';
import { AuditMetrics } from './audit/audit-metrics';
import { AuditLedger } from './audit/audit-ledger.job';
import { LedgerAudit } from './audit/ledger-audit';
import { Balances } from './ledger/balances';
import { LedgerRows } from './ledger/ledger-rows';
import { CoinHistory } from './ledger/coin-history.query';
import { CoinOverviews } from './ledger/coin-overview';
import { UserCoinsController } from './ledger/user-coins.controller';
import { UsersModule } from '../users';
import { CoinsController } from './ledger/coins.controller';
import { Corrections } from './ledger/corrections';
import { Earnings } from './earning/earnings';
import { CoinOperations } from './grants/coin-operations.query';
import { CoinOperationsController } from './grants/coin-operations.controller';
import { StaffAllowance } from './grants/staff-allowance';
import { StaffDay, StaffGrant, StaffGrantRecipient } from './grants/staff-grant.entity';
import { StaffGrants } from './grants/staff-grants';
import { StaffGrantsController } from './grants/staff-grants.controller';
import { StaffGrantList } from './grants/staff-grants.query';
import { HomeController } from './home/home.controller';
import { HomeQuery } from './home/home.query';
import { Leaderboard } from './earning/leaderboard.query';
import { Ledger } from './ledger/ledger';
import { LedgerGuard } from './ledger/ledger-guard';
import { PayRewardsWhenWorkCompleted } from './earning/pay-rewards-when-work-completed';
import { RewardExplanations } from './earning/reward-explanations';
import { RewardsData } from './rewards.data';
import { RewardsController } from './earning/rewards.controller';
import { StaffRewards } from './grants/staff-rewards';
import { StaffRewardsController } from './grants/staff-rewards.controller';
import { TeocoinTransaction } from './ledger/teocoin-transaction.entity';
import { Transfers } from './ledger/transfers';
import { FindUnusualAccounts } from './unusual/find-unusual-accounts.job';
import { UnusualAccount } from './unusual/unusual-account.entity';
import { UnusualAccountsController } from './unusual/unusual-accounts.controller';
import { UnusualAccounts } from './unusual/unusual-accounts.query';
import { UnpaidReward } from './earning/unpaid-reward.entity';
import { UnpaidRewards } from './earning/unpaid-rewards';
import { CoinData } from './leaving/coin-data';

const ledger = [Ledger, LedgerRows, Balances, LedgerGuard, LedgerAudit, AuditLedger, AuditCopies, AuditMetrics];
const coins = [
  Earnings,
  Transfers,
  CoinHistory,
  CoinOverviews,
  StaffRewards,
  Corrections,
  RewardExplanations,
  Leaderboard,
  UnpaidRewards,
];
const grants = [CoinOperations, StaffAllowance, StaffGrants, StaffGrantList];
const unusual = [FindUnusualAccounts, UnusualAccounts];
const achievements = [AchievementRules, Achievements, AchievementGrants, MyAchievements, HomeQuery];
const handlers = [PayRewardsWhenWorkCompleted, UnlockAchievementsWhenLearnerProgressed];

@Module({
  imports: [
    TypeOrmModule.forFeature([
      TeocoinTransaction,
      Achievement,
      UnpaidReward,
      StaffDay,
      StaffGrant,
      StaffGrantRecipient,
      UnusualAccount,
    ]),
    ProgressModule,
    UsersModule,
  ],
  controllers: [
    CoinOperationsController,
    UserCoinsController,
    CoinsController,
    RewardsController,
    StaffRewardsController,
    StaffGrantsController,
    UnusualAccountsController,
    AchievementsController,
    HomeController,
  ],
  providers: [CoinData, RewardsData, ...ledger, ...coins, ...grants, ...unusual, ...achievements, ...handlers],
  exports: [CoinOverviews, Ledger, LedgerAudit, Earnings, AchievementRules, Achievements],
})
export class RewardsModule {}
