import { DomainEvent } from '../../platform/events/domain-event';

/** Paid on the chain, at a final block. */
export class WithdrawalConfirmed extends DomainEvent<{
  withdrawalId: number;
  userId: number;
  amount: number;
  address: string;
  txHash: string;
}> {
  static override readonly type = 'rewards.withdrawal-confirmed.v1';
}

/** Ended without a payment, its coins given back, not by the person's own doing. */
export class WithdrawalFailed extends DomainEvent<{
  withdrawalId: number;
  userId: number;
  amount: number;
  reason: string;
}> {
  static override readonly type = 'rewards.withdrawal-failed.v1';
}

export class DepositCredited extends DomainEvent<{
  depositId: number;
  userId: number;
  amount: number;
  txHash: string;
}> {
  static override readonly type = 'rewards.deposit-credited.v1';
}

/** Nothing goes on by itself: an administrator has to look. `subject` names what was halted: `hot wallet 0x…`, `withdrawal 7`. */
export class ChainHalted extends DomainEvent<{ subject: string; reason: string; haltedAt: string }> {
  static override readonly type = 'rewards.chain-halted.v1';
}
