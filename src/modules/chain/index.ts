export { ChainHalted, DepositCredited, WithdrawalConfirmed, WithdrawalFailed } from './chain.events';
export { WalletOverview, WalletOverviews } from './wallets/wallet-overview';
export { ChainModule } from './chain.module';
export { chainSettings } from './settings/chain.settings';
