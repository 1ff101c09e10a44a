import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProgressModule } from '../progress';
import { Achievement } from './achievements/achievement.entity';
import { AchievementRules } from './achievements/achievement-rules';
import { Achievements } from './achievements/achievements';
import { AchievementsController } from './achievements/achievements.controller';
import { AchievementGrants } from './achievements/grants';
import { MyAchievements } from './achievements/my-achievements.query';
import { UnlockAchievementsWhenLearnerProgressed } from './achievements/unlock-achievements-when-learner-progressed';
import { AuditLedger } from './audit/audit-ledger.job';
import { LedgerAudit } from './audit/ledger-audit';
import { Balances } from './balances';
import { Chain } from './chain/chain';
import { chainEntities } from './chain/entities';
import { CoinHistory } from './coin-history.query';
import { CoinsController } from './coins.controller';
import { Corrections } from './corrections';
import { Earnings } from './earnings';
import { Leaderboard } from './leaderboard.query';
import { Ledger } from './ledger';
import { LedgerGuard } from './ledger-guard';
import { PayWhatWasEarned } from './pay-what-was-earned';
import { RewardExplanations } from './reward-explanations';
import { RewardsController } from './rewards.controller';
import { StaffRewards } from './staff-rewards';
import { StaffRewardsController } from './staff-rewards.controller';
import { TeocoinTransaction } from './teocoin-transaction.entity';
import { Transfers } from './transfers';

const ledger = [Ledger, Balances, LedgerGuard, LedgerAudit, AuditLedger];
const coins = [Earnings, Transfers, CoinHistory, StaffRewards, Corrections, RewardExplanations, Leaderboard];
const achievements = [AchievementRules, Achievements, AchievementGrants, MyAchievements];
const chain = [Chain];
const handlers = [PayWhatWasEarned, UnlockAchievementsWhenLearnerProgressed];

@Module({
  imports: [TypeOrmModule.forFeature([TeocoinTransaction, Achievement, ...chainEntities]), ProgressModule],
  controllers: [CoinsController, RewardsController, StaffRewardsController, AchievementsController],
  providers: [...ledger, ...coins, ...achievements, ...chain, ...handlers],
  exports: [Ledger, LedgerAudit, Earnings, AchievementRules, Achievements],
})
export class RewardsModule {}
