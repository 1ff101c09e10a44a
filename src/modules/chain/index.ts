export { ChainHalted, DepositCredited, WithdrawalConfirmed, WithdrawalFailed } from './chain.events';
export { ChainModule } from './chain.module';
export { HaltAfterRestore } from './settlement/halt-after-restore';
