import { z } from 'zod';
import { DomainError, type FieldError } from '../../../platform/errors/domain-error';

export class WalletMessageMalformed extends DomainError {
  static override code = 'WALLET_MESSAGE_MALFORMED';
  static override kind = 'invalid' as const;
  static override title = 'The message is not one that links a wallet (EIP-4361)';
  static override example = {
    errors: [{ pointer: '/body/message', message: 'Send the message as you were given it' }],
  };

  constructor() {
    super(undefined, { errors: [{ pointer: '/body/message', message: 'Send the message as you were given it' }] });
  }
}

/** Not given to anybody, or to somebody else: the two are not told apart. */
export class WalletChallengeNotFound extends DomainError {
  static override code = 'WALLET_CHALLENGE_NOT_FOUND';
  static override kind = 'invalid' as const;
  static override title = 'You were not given a message with this nonce';
  static override example = { detail: 'Ask for a new message.' };

  constructor() {
    super('Ask for a new message.');
  }
}

export class WalletChallengeUsed extends DomainError {
  static override code = 'WALLET_CHALLENGE_USED';
  static override kind = 'conflict' as const;
  static override title = 'A wallet was linked with this message before';
}

export class WalletChallengeExpired extends DomainError {
  static override code = 'WALLET_CHALLENGE_EXPIRED';
  static override kind = 'invalid' as const;
  static override title = 'The message has expired';
  static override example = { detail: 'Ask for a new message.' };

  constructor() {
    super('Ask for a new message.');
  }
}

/** Another domain, chain, account or time: signed for something else, perhaps for somebody else. */
export class WalletMessageDiffers extends DomainError {
  static override code = 'WALLET_MESSAGE_DIFFERS';
  static override kind = 'invalid' as const;
  static override title = 'The message is not the one you were given';
  static override example = {
    errors: [{ pointer: '/body/message', message: 'domain: "school.example" expected, not "evil.example"' }],
  };

  constructor(errors: FieldError[]) {
    super(undefined, { errors });
  }
}

export class WalletSignatureInvalid extends DomainError {
  static override code = 'WALLET_SIGNATURE_INVALID';
  static override kind = 'invalid' as const;
  static override title = 'The signature is not that of the address';
  static override example = { errors: [{ pointer: '/body/signature', message: 'Sign the message with the wallet' }] };

  constructor() {
    super(undefined, { errors: [{ pointer: '/body/signature', message: 'Sign the message with the wallet' }] });
  }
}

export class WalletAddressReserved extends DomainError {
  static override code = 'WALLET_ADDRESS_RESERVED';
  static override kind = 'invalid' as const;
  static override title = 'The address is one of the school itself';
}

export class WalletAlreadyLinked extends DomainError {
  static override code = 'WALLET_ALREADY_LINKED';
  static override kind = 'conflict' as const;
  static override title = 'The address is linked to an account';
}

export class TooManyWallets extends DomainError {
  static override code = 'TOO_MANY_WALLETS';
  static override kind = 'conflict' as const;
  static override title = 'You have linked as many wallets as one may';
  static override example = { detail: 'At most 5: unlink one first.' };

  constructor(limit: number) {
    super(`At most ${limit}: unlink one first.`);
  }
}

export class WalletNotFound extends DomainError {
  static override code = 'WALLET_NOT_FOUND';
  static override kind = 'not-found' as const;
  static override title = 'You have no such wallet';
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
