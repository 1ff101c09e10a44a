import { Block } from './cursor/block.entity';
import { ChainCursor } from './cursor/chain-cursor.entity';
import { ChainDecision } from './decisions/chain-decision.entity';
import { Deposit } from './deposits/deposit.entity';
import { ForeignNonce } from './cursor/foreign-nonce.entity';
import { HotWallet } from './cursor/hot-wallet.entity';
import { WalletChallenge } from './wallets/wallet-challenge.entity';
import { Wallet } from './wallets/wallet.entity';
import { PayoutBooking } from './withdrawals/payout-booking.entity';
import { Payout } from './withdrawals/payout.entity';
import { WithdrawalAttempt } from './withdrawals/withdrawal-attempt.entity';
import { Withdrawal } from './withdrawals/withdrawal.entity';

/** The tables of this module. */
export const chainEntities = [
  ChainCursor,
  Block,
  HotWallet,
  ChainDecision,
  ForeignNonce,
  Wallet,
  WalletChallenge,
  Withdrawal,
  WithdrawalAttempt,
  Payout,
  PayoutBooking,
  Deposit,
];
