import { z } from 'zod';
import { DomainError } from '../../../platform/errors/domain-error';

export class NothingToRetry extends DomainError {
  static override code = 'NOTHING_TO_RETRY';
  static override kind = 'conflict' as const;
  static override title = 'Sending the withdrawal again would change nothing';
  static override example = { detail: 'Its nonce is spent for good: refund or settle it.' };
}

export class WithdrawalNotHalted extends DomainError {
  static override code = 'WITHDRAWAL_NOT_HALTED';
  static override kind = 'conflict' as const;
  static override title = 'The withdrawal still goes its way, or has ended';
}

/** What a refund rests on is missing: the nonce could still pay. */
export class NonceNotConsumed extends DomainError {
  static override code = 'NONCE_NOT_CONSUMED';
  static override kind = 'conflict' as const;
  static override title = 'No final block shows what took the nonce of the withdrawal';
}

export class PaymentOnChain extends DomainError {
  static override code = 'PAYMENT_ON_CHAIN';
  static override kind = 'conflict' as const;
  static override title = 'A final transfer out of the treasury belongs to the withdrawal';
  static override example = { detail: 'Settle it, where it is the payment that was ordered.' };
}

export class PaymentNotWithheld extends DomainError {
  static override code = 'PAYMENT_NOT_WITHHELD';
  static override kind = 'conflict' as const;
  static override title = 'The withdrawal does not wait for its account to be reviewed';
}

export class NonceConsumedByAnother extends DomainError {
  static override code = 'NONCE_CONSUMED_BY_ANOTHER';
  static override kind = 'conflict' as const;
  static override title = 'This is not the transaction that took the nonce of the withdrawal';
}

export class PaymentNotFound extends DomainError {
  static override code = 'PAYMENT_NOT_FOUND';
  static override kind = 'conflict' as const;
  static override title = 'The transaction has no final, unclaimed transfer of this amount to this address';
}

export class NonceNotFree extends DomainError {
  static override code = 'NONCE_NOT_FREE';
  static override kind = 'conflict' as const;
  static override title = 'The nonce is not one that a final block has consumed and nobody owns';
  static override example = { detail: 'Only while the hot wallet is halted, from its nextNonce up to its finalNonce.' };

  constructor() {
    super('Only while the hot wallet is halted, from its nextNonce up to its finalNonce.');
  }
}

export class HotWalletNotFound extends DomainError {
  static override code = 'HOT_WALLET_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such hot wallet';
}

const nonces = {
  nextNonce: z.int().min(0).meta({ description: 'The next that a withdrawal would get' }),
  headNonce: z.int().min(0).meta({ description: 'How many the chain has consumed' }),
  finalNonce: z.int().min(0).meta({ description: 'How many of them are final' }),
};

/** Going on would bind withdrawals to nonces that are spent, or pass over some without anybody having said so. */
export class NoncesNotAcknowledged extends DomainError {
  static override code = 'NONCES_NOT_ACKNOWLEDGED';
  static override kind = 'conflict' as const;
  static override title = 'The count of nonces is not ours';
  static override members = nonces;
  static override example = { nextNonce: 7, headNonce: 9, finalNonce: 9 };

  constructor(members: { nextNonce: number; headNonce: number; finalNonce: number }) {
    super('Find out who used them, then send the headNonce as nextNonce, once all of them are final.', { members });
  }
}

/** The final blocks of the moment in which it was halted, or restored, are not in the books yet. */
export class ChainNotReadSinceHalt extends DomainError {
  static override code = 'CHAIN_NOT_READ_SINCE_HALT';
  static override kind = 'conflict' as const;
  static override title = 'The chain was not looked at since the hot wallet was halted';
  static override example = { detail: 'The next look comes within seconds, once a node answers.' };

  constructor() {
    super('The next look comes within seconds, once a node answers.');
  }
}

export class PayoutNotFound extends DomainError {
  static override code = 'PAYOUT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no such payment that nobody ordered';
}

export class PayoutBooked extends DomainError {
  static override code = 'PAYOUT_BOOKED';
  static override kind = 'conflict' as const;
  static override title = 'The payment is booked already';
}

/** A payment that no withdrawal accounts for fits one that waits or was refunded. After a restored backup it usually is that withdrawal's. */
export class PaymentsUnexplained extends DomainError {
  static override code = 'PAYMENTS_UNEXPLAINED';
  static override kind = 'conflict' as const;
  static override title = 'Withdrawals that wait, or were refunded, seem to be paid already';
  static override members = {
    withdrawalIds: z
      .array(z.int())
      .meta({ description: 'Settle those that wait; book the payments of those that were refunded' }),
  };
  static override example = { withdrawalIds: [7] };

  constructor(withdrawalIds: number[]) {
    super('Settle those that wait; take back what was refunded, and book its payment.', { members: { withdrawalIds } });
  }
}
