import { z } from 'zod';
import { DomainError } from '../../../platform/errors/domain-error';

export class NothingToRetry extends DomainError {
  static override code = 'NOTHING_TO_RETRY';
  static override kind = 'conflict' as const;
  static override title = 'Sending the withdrawal again would change nothing';
  static override example = { detail: 'Its nonce is used at a final block. Refund or settle the withdrawal.' };
}

export class WithdrawalNotHalted extends DomainError {
  static override code = 'WITHDRAWAL_NOT_HALTED';
  static override kind = 'conflict' as const;
  static override title = 'The withdrawal is not halted';
}

/** While the nonce is not used, it can still pay the withdrawal. A refund now could be followed by this payment. */
export class NonceNotConsumed extends DomainError {
  static override code = 'NONCE_NOT_CONSUMED';
  static override kind = 'conflict' as const;
  static override title = 'No final block shows which transaction used the nonce of the withdrawal';
}

export class PaymentOnChain extends DomainError {
  static override code = 'PAYMENT_ON_CHAIN';
  static override kind = 'conflict' as const;
  static override title = 'A final transfer out of the treasury pays this withdrawal';
  static override example = { detail: 'Settle the withdrawal with this payment.' };
}

export class PaymentNotWithheld extends DomainError {
  static override code = 'PAYMENT_NOT_WITHHELD';
  static override kind = 'conflict' as const;
  static override title = 'The withdrawal does not wait for a decision about a closed account';
}

export class NonceConsumedByAnother extends DomainError {
  static override code = 'NONCE_CONSUMED_BY_ANOTHER';
  static override kind = 'conflict' as const;
  static override title = 'Another transaction used the nonce of the withdrawal';
}

export class PaymentNotFound extends DomainError {
  static override code = 'PAYMENT_NOT_FOUND';
  static override kind = 'conflict' as const;
  static override title =
    'The transaction has no final transfer of this amount to this address that belongs to no other withdrawal';
}

export class NonceNotFree extends DomainError {
  static override code = 'NONCE_NOT_FREE';
  static override kind = 'conflict' as const;
  static override title = 'The nonce is not used at a final block, or it belongs to another withdrawal';
  static override example = {
    detail: 'Send a nonce from the nextNonce of the hot wallet to below its finalNonce, while the wallet is halted.',
  };
}

export class HotWalletNotFound extends DomainError {
  static override code = 'HOT_WALLET_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no hot wallet with this address';
}

/** If the wallet was resumed without this check, withdrawals would get used nonces, or nonces would be skipped without a recorded decision. */
export class NoncesNotAcknowledged extends DomainError {
  static override code = 'NONCES_NOT_ACKNOWLEDGED';
  static override kind = 'conflict' as const;
  static override title = 'The chain has used other nonces than this school has assigned';
  static override members = {
    nextNonce: z.int().min(0).meta({ description: 'The nonce that the next withdrawal would get' }),
    headNonce: z.int().min(0).meta({ description: 'The number of nonces used on the chain' }),
    finalNonce: z.int().min(0).meta({ description: 'The number of nonces used in final blocks' }),
  };
  static override example = { nextNonce: 7, headNonce: 9, finalNonce: 9 };

  constructor(members: { nextNonce: number; headNonce: number; finalNonce: number }) {
    const detail =
      'Find out who used the nonces. Wait until finalNonce equals headNonce, then send the headNonce as nextNonce.';
    super(detail, { members });
  }
}

/** Until the first poll after the halt, the database may lack transfers of blocks that were already final when the wallet was halted or the database was restored. */
export class ChainNotReadSinceHalt extends DomainError {
  static override code = 'CHAIN_NOT_READ_SINCE_HALT';
  static override kind = 'conflict' as const;
  static override title = 'The chain was not polled since the hot wallet was halted';
  static override example = { detail: 'Wait for the next poll. It takes seconds if a node responds.' };
}

export class PayoutNotFound extends DomainError {
  static override code = 'PAYOUT_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'There is no payment without a withdrawal that has this id';
}

export class PayoutBooked extends DomainError {
  static override code = 'PAYOUT_BOOKED';
  static override kind = 'conflict' as const;
  static override title = 'The payment is already booked as lost';
}

/** After a restored backup a payment without a withdrawal usually belongs to the withdrawal with the same address and amount. */
export class PaymentsUnexplained extends DomainError {
  static override code = 'PAYMENTS_UNEXPLAINED';
  static override kind = 'conflict' as const;
  static override title = 'Payments without a withdrawal may have paid these withdrawals';
  static override members = {
    withdrawalIds: z
      .array(z.int())
      .meta({ description: 'Settle the withdrawals that wait. Book the payments of withdrawals that were refunded' }),
  };
  static override example = { withdrawalIds: [7] };

  constructor(withdrawalIds: number[]) {
    const detail =
      'Settle withdrawals that wait. For refunded withdrawals take the coins back, then book the payment as lost.';
    super(detail, { members: { withdrawalIds } });
  }
}
