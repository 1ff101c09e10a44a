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
import { TreasuryAudit } from './audit/treasury-audit';
import { Balances } from './balances';
import { ChainAdministrationController } from './chain/administration/chain-administration.controller';
import { ChainStatusQuery } from './chain/administration/chain-status.query';
import { ChainWithdrawals } from './chain/administration/chain-withdrawals.query';
import { Decisions } from './chain/administration/decisions';
import { FoundPayments } from './chain/administration/found-payments';
import { HotWallets } from './chain/administration/hot-wallets';
import { Payouts } from './chain/administration/payouts';
import { PayoutsController } from './chain/administration/payouts.controller';
import { UnorderedPayouts } from './chain/administration/payouts.query';
import { WithdrawalDecisions } from './chain/administration/withdrawal-decisions';
import { WithdrawalDecisionsController } from './chain/administration/withdrawal-decisions.controller';
import { Chain } from './chain/chain';
import { ChainMetrics } from './chain/chain-metrics';
import { ChainController } from './chain/chain.controller';
import { DepositClaims } from './chain/deposits/deposit-claims';
import { DepositCredits } from './chain/deposits/deposit-credits';
import { DepositsController } from './chain/deposits/deposits.controller';
import { MyDeposits } from './chain/deposits/my-deposits.query';
import { Sightings } from './chain/deposits/sightings';
import { chainEntities } from './chain/entities';
import { Halts } from './chain/halts';
import { Liabilities } from './chain/liabilities.query';
import { ChainObserver } from './chain/nodes/chain-observer';
import { NodeRequests } from './chain/nodes/node-requests';
import { Nodes } from './chain/nodes/nodes';
import { PollChain } from './chain/poll-chain.job';
import { SchoolAddresses } from './chain/school-addresses.query';
import { Broadcasts } from './chain/sending/broadcasts';
import { NonceAssignment } from './chain/sending/nonce-assignment';
import { Sender } from './chain/sending/sender';
import { Signer } from './chain/sending/signer';
import { Signing } from './chain/sending/signing';
import { TreasuryKey } from './chain/sending/treasury-key';
import { ChainFollower } from './chain/settlement/chain-follower';
import { ChainMarks } from './chain/settlement/chain-marks';
import { RestoredBooks } from './chain/settlement/restored-books';
import { SettledChain } from './chain/settlement/settled-chain.query';
import { Settlement } from './chain/settlement/settlement';
import { Solvency } from './chain/settlement/solvency';
import { SupplyProof } from './chain/supply/supply';
import { SupplyController } from './chain/supply/supply.controller';
import { SupplyQuery } from './chain/supply/supply.query';
import { TreasuryQuery } from './chain/treasury.query';
import { ExpireWalletChallenges } from './chain/wallets/expire-wallet-challenges.job';
import { SignedMessages } from './chain/wallets/signed-messages';
import { WalletChallenges } from './chain/wallets/wallet-challenges';
import { Wallets } from './chain/wallets/wallets';
import { WalletsController } from './chain/wallets/wallets.controller';
import { CancelledWithdrawals } from './chain/withdrawals/cancelled-withdrawals';
import { ConsumedNonces } from './chain/withdrawals/consumed-nonces';
import { DueRefunds } from './chain/withdrawals/due-refunds';
import { Minings } from './chain/withdrawals/minings';
import { WithdrawalCancellations } from './chain/withdrawals/withdrawal-cancellations';
import { WithdrawalRefunds } from './chain/withdrawals/withdrawal-refunds';
import { Withdrawals } from './chain/withdrawals/withdrawals';
import { WithdrawalsController } from './chain/withdrawals/withdrawals.controller';
import { WithdrawalsQuery } from './chain/withdrawals/withdrawals.query';
import { CoinHistory } from './coin-history.query';
import { CoinsController } from './coins.controller';
import { Corrections } from './corrections';
import { Earnings } from './earnings';
import { StaffAllowance } from './grants/staff-allowance';
import { StaffDay, StaffGrant, StaffGrantRecipient } from './grants/staff-grant.entity';
import { StaffGrants } from './grants/staff-grants';
import { StaffGrantsController } from './grants/staff-grants.controller';
import { StaffGrantList } from './grants/staff-grants.query';
import { Leaderboard } from './leaderboard.query';
import { Ledger } from './ledger';
import { LedgerGuard } from './ledger-guard';
import { PayWhatWasEarned } from './pay-what-was-earned';
import { RewardExplanations } from './reward-explanations';
import { RewardsData } from './rewards.data';
import { RewardsController } from './rewards.controller';
import { StaffRewards } from './staff-rewards';
import { StaffRewardsController } from './staff-rewards.controller';
import { TeocoinTransaction } from './teocoin-transaction.entity';
import { Transfers } from './transfers';
import { FindUnusualAccounts } from './unusual/find-unusual-accounts.job';
import { UnusualAccount } from './unusual/unusual-account.entity';
import { UnusualAccountsController } from './unusual/unusual-accounts.controller';
import { UnusualAccounts } from './unusual/unusual-accounts.query';
import { UnpaidReward } from './unpaid-reward.entity';
import { UnpaidRewards } from './unpaid-rewards';

const ledger = [Ledger, Balances, LedgerGuard, LedgerAudit, TreasuryAudit, AuditLedger];
const coins = [
  Earnings,
  Transfers,
  CoinHistory,
  StaffRewards,
  Corrections,
  RewardExplanations,
  Leaderboard,
  UnpaidRewards,
];
const grants = [StaffAllowance, StaffGrants, StaffGrantList];
const unusual = [FindUnusualAccounts, UnusualAccounts];
const achievements = [AchievementRules, Achievements, AchievementGrants, MyAchievements];
const chain = [Chain, ChainMetrics, SchoolAddresses, TreasuryQuery];
const following = [
  NodeRequests,
  Nodes,
  ChainObserver,
  ChainFollower,
  ChainMarks,
  SettledChain,
  Settlement,
  Solvency,
  RestoredBooks,
  Liabilities,
  Halts,
  PollChain,
];
const sending = [TreasuryKey, Signer, Signing, NonceAssignment, Broadcasts, Sender];
const wallets = [Wallets, WalletChallenges, SignedMessages, ExpireWalletChallenges];
const withdrawals = [
  Withdrawals,
  WithdrawalCancellations,
  WithdrawalRefunds,
  WithdrawalsQuery,
  Minings,
  ConsumedNonces,
  CancelledWithdrawals,
  DueRefunds,
];
const deposits = [DepositClaims, DepositCredits, MyDeposits, Sightings];
const supply = [SupplyQuery, SupplyProof];
const decisions = [Decisions, WithdrawalDecisions, FoundPayments, HotWallets, Payouts];
const administration = [ChainStatusQuery, ChainWithdrawals, UnorderedPayouts, ...decisions];
const chainControllers = [
  ChainController,
  ChainAdministrationController,
  WalletsController,
  WithdrawalsController,
  WithdrawalDecisionsController,
  PayoutsController,
  DepositsController,
  SupplyController,
];
const handlers = [PayWhatWasEarned, UnlockAchievementsWhenLearnerProgressed];

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
      ...chainEntities,
    ]),
    ProgressModule,
  ],
  controllers: [
    CoinsController,
    RewardsController,
    StaffRewardsController,
    StaffGrantsController,
    UnusualAccountsController,
    AchievementsController,
    ...chainControllers,
  ],
  providers: [
    RewardsData,
    ...ledger,
    ...coins,
    ...grants,
    ...unusual,
    ...achievements,
    ...chain,
    ...following,
    ...sending,
    ...wallets,
    ...withdrawals,
    ...deposits,
    ...supply,
    ...administration,
    ...handlers,
  ],
  exports: [Ledger, LedgerAudit, Earnings, AchievementRules, Achievements],
})
export class RewardsModule {}
