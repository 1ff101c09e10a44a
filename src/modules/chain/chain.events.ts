import { DomainEvent } from '../../platform/events/domain-event';

/** The withdrawal was paid in a final block. */
export class WithdrawalConfirmed extends DomainEvent<{
  withdrawalId: number;
  userId: number;
  amount: number;
  address: string;
  txHash: string;
}> {
  static override readonly type = 'rewards.withdrawal-confirmed.v1';
}

/** The withdrawal ended without a payment and its coins were refunded. Not published if the person cancelled it. */
export class WithdrawalFailed extends DomainEvent<{
  withdrawalId: number;
  userId: number;
  amount: number;
  reason: string;
}> {
  static override readonly type = 'rewards.withdrawal-failed.v1';
}

/** A deposit is final, and its coins were added to the balance of the person. */
export class DepositCredited extends DomainEvent<{
  depositId: number;
  userId: number;
  amount: number;
  txHash: string;
}> {
  static override readonly type = 'rewards.deposit-credited.v1';
}

/** A hot wallet or a withdrawal was halted, so that an administrator must decide. `subject` names it: `hot wallet 0x…` or `withdrawal 7`. */
export class ChainHalted extends DomainEvent<{ subject: string; reason: string; haltedAt: string }> {
  static override readonly type = 'rewards.chain-halted.v1';
}
