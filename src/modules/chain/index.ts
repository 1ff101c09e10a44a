export { ChainHalted, DepositCredited, WithdrawalConfirmed, WithdrawalFailed } from './chain.events';
export { ChainModule } from './chain.module';
export { chainSettings } from './settings/chain.settings';
