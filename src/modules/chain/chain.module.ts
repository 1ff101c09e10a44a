import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RewardsModule } from '../rewards';
import { UsersModule } from '../users';
import { ChainAdministrationController } from './administration/chain-administration.controller';
import { ChainStatusQuery } from './administration/chain-status.query';
import { ChainWithdrawals } from './administration/chain-withdrawals.query';
import { Decisions } from './decisions/decisions';
import { ManualSettlements } from './administration/manual-settlements';
import { HotWallets } from './administration/hot-wallets';
import { Payouts } from './administration/payouts';
import { PayoutsController } from './administration/payouts.controller';
import { UnorderedPayouts } from './administration/payouts.query';
import { WithdrawalDecisions } from './administration/withdrawal-decisions';
import { WithdrawalDecisionsController } from './administration/withdrawal-decisions.controller';
import { ChainAudit } from './audit/chain-audit';
import { ChainConfig } from './settings/chain-settings';
import { ChainMetrics } from './chain-metrics';
import { ChainController } from './chain.controller';
import { ChainData } from './chain.data';
import { DepositClaims } from './deposits/deposit-claims';
import { DepositCredits } from './deposits/deposit-credits';
import { DepositsController } from './deposits/deposits.controller';
import { MyDeposits } from './deposits/my-deposits.query';
import { DepositDetection } from './deposits/deposit-detection';
import { chainEntities } from './entities';
import { Halts } from './decisions/halts';
import { ChainObserver } from './nodes/chain-observer';
import { Nodes } from './nodes/nodes';
import { PollChain } from './poll-chain.job';
import { SchoolAddresses } from './settings/school-addresses.query';
import { Broadcasts } from './sending/broadcasts';
import { NonceAssignment } from './sending/nonce-assignment';
import { Sender } from './sending/sender';
import { Signer } from './sending/signer';
import { Signing } from './sending/signing';
import { TreasuryKey } from './sending/treasury-key';
import { ChainFollower } from './settlement/chain-follower';
import { CursorStore } from './cursor/cursor-store';
import { HaltAfterRestore } from './settlement/halt-after-restore';
import { Settlement } from './settlement/settlement';
import { Solvency } from './settlement/solvency';
import { SupplyProof } from './supply/supply-proof';
import { SupplyController } from './supply/supply.controller';
import { SupplyQuery } from './supply/supply.query';
import { ExpireWalletChallenges } from './wallets/expire-wallet-challenges.job';
import { UnlinkWhenCredentialsDropped } from './wallets/unlink-when-credentials-dropped';
import { WalletChallenges } from './wallets/wallet-challenges';
import { Wallets } from './wallets/wallets';
import { WalletOverviews } from './wallets/wallet-overview';
import { WalletsController } from './wallets/wallets.controller';
import { CancelledWithdrawals } from './payments/cancelled-withdrawals';
import { ConsumedNonces } from './payments/consumed-nonces';
import { DueRefunds } from './payments/due-refunds';
import { PaymentReceipts } from './payments/receipts';
import { WithdrawalCancellations } from './withdrawals/withdrawal-cancellations';
import { WithdrawalRefunds } from './withdrawals/withdrawal-refunds';
import { Withdrawals } from './withdrawals/withdrawals';
import { WithdrawalsController } from './withdrawals/withdrawals.controller';
import { WithdrawalsQuery } from './withdrawals/withdrawals.query';
import { PersonOnChain } from './withdrawals/person-on-chain';

const chain = [ChainConfig, ChainMetrics, SchoolAddresses];
const following = [
  Nodes,
  ChainObserver,
  ChainFollower,
  CursorStore,
  Settlement,
  Solvency,
  HaltAfterRestore,
  Halts,
  PollChain,
];
const sending = [TreasuryKey, Signer, Signing, NonceAssignment, Broadcasts, Sender];
const wallets = [UnlinkWhenCredentialsDropped, Wallets, WalletOverviews, WalletChallenges, ExpireWalletChallenges];
const withdrawals = [
  Withdrawals,
  WithdrawalCancellations,
  WithdrawalRefunds,
  WithdrawalsQuery,
  PaymentReceipts,
  ConsumedNonces,
  CancelledWithdrawals,
  DueRefunds,
];
const deposits = [DepositClaims, DepositCredits, MyDeposits, DepositDetection];
const supply = [SupplyQuery, SupplyProof];
const decisions = [Decisions, WithdrawalDecisions, ManualSettlements, HotWallets, Payouts];
const administration = [ChainStatusQuery, ChainWithdrawals, UnorderedPayouts, ...decisions];
const controllers = [
  ChainController,
  ChainAdministrationController,
  WalletsController,
  WithdrawalsController,
  WithdrawalDecisionsController,
  PayoutsController,
  DepositsController,
  SupplyController,
];

/** TeoCoins on the chain: wallets, withdrawals, deposits, and the decisions of administrators. */
@Module({
  imports: [TypeOrmModule.forFeature(chainEntities), RewardsModule, UsersModule],
  controllers,
  providers: [
    PersonOnChain,
    ChainData,
    ChainAudit,
    ...chain,
    ...following,
    ...sending,
    ...wallets,
    ...withdrawals,
    ...deposits,
    ...supply,
    ...administration,
  ],
  exports: [WalletOverviews],
})
export class ChainModule {}
