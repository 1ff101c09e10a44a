export { ChainHalted, DepositCredited, WithdrawalConfirmed, WithdrawalFailed } from './chain.events';
export { ChainModule } from './chain.module';
export { RestoredBooks } from './settlement/restored-books';
