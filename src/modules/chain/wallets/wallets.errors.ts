import { z } from 'zod';
import { DomainError, type FieldError } from '../../../platform/errors/domain-error';

const resendErrors: FieldError[] = [
  { pointer: '/body/message', message: 'Send the message exactly as you received it', rule: 'wallet_message' },
];
const signErrors: FieldError[] = [
  { pointer: '/body/signature', message: 'Sign the message with the wallet', rule: 'wallet_signature' },
];

export class WalletMessageMalformed extends DomainError {
  static override code = 'WALLET_MESSAGE_MALFORMED';
  static override kind = 'invalid' as const;
  static override title = 'The message is not one that links a wallet (EIP-4361)';
  static override example = { errors: resendErrors };

  constructor() {
    super(undefined, { errors: resendErrors });
  }
}

/** The message was created for another person, or never. The response does not say which, so that it reveals nothing about other people. */
export class WalletChallengeNotFound extends DomainError {
  static override code = 'WALLET_CHALLENGE_NOT_FOUND';
  static override kind = 'invalid' as const;
  static override title = 'You did not receive a message with this nonce';
  static override example = { detail: 'Request a new message.' };
}

export class WalletChallengeUsed extends DomainError {
  static override code = 'WALLET_CHALLENGE_USED';
  static override kind = 'conflict' as const;
  static override title = 'A wallet was already linked with this message';
}

export class WalletChallengeExpired extends DomainError {
  static override code = 'WALLET_CHALLENGE_EXPIRED';
  static override kind = 'invalid' as const;
  static override title = 'The message has expired';
  static override example = { detail: 'Request a new message.' };
}

/** The message names another domain, chain, account or time. It may have been signed for another purpose. */
export class WalletMessageDiffers extends DomainError {
  static override code = 'WALLET_MESSAGE_DIFFERS';
  static override kind = 'invalid' as const;
  static override title = 'The message is not the one you received';
  static override example = {
    errors: [
      {
        pointer: '/body/message',
        message: 'domain: "school.example" expected, not "evil.example"',
        rule: 'wallet_message',
      },
    ],
  };

  constructor(errors: FieldError[]) {
    super(undefined, { errors });
  }
}

export class WalletSignatureInvalid extends DomainError {
  static override code = 'WALLET_SIGNATURE_INVALID';
  static override kind = 'invalid' as const;
  static override title = 'The signature was not made with the key of this address';
  static override example = { errors: signErrors };

  constructor() {
    super(undefined, { errors: signErrors });
  }
}

export class WalletAddressReserved extends DomainError {
  static override code = 'WALLET_ADDRESS_RESERVED';
  static override kind = 'invalid' as const;
  static override title = 'The address belongs to the school';
}

export class WalletAlreadyLinked extends DomainError {
  static override code = 'WALLET_ALREADY_LINKED';
  static override kind = 'conflict' as const;
  static override title = 'The address is already linked to an account';
}

export class TooManyWallets extends DomainError {
  static override code = 'TOO_MANY_WALLETS';
  static override kind = 'conflict' as const;
  static override title = 'You have linked the maximum number of wallets';
  static override example = { detail: 'You can link 5 wallets. Unlink one first.' };

  constructor(limit: number) {
    super(`You can link ${limit} wallets. Unlink one first.`);
  }
}

export class WalletNotFound extends DomainError {
  static override code = 'WALLET_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'You have no wallet with this id';
}

export class WalletCoolingDown extends DomainError {
  static override code = 'WALLET_COOLING_DOWN';
  static override kind = 'conflict' as const;
  static override title = 'The wallet was linked too recently';
  static override members = { availableAt: z.iso.datetime() };
  static override example = { availableAt: '2026-03-02T09:30:00.000Z' };

  constructor(availableAt: Date) {
    super(undefined, { members: { availableAt: availableAt.toISOString() } });
  }
}
