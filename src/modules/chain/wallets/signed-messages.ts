import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/time/clock';
import { Chain } from '../settings/chain-settings';
import { SchoolAddresses } from '../settings/school-addresses.query';
import { WalletChallenges } from './wallet-challenges';
import { domainOf, isSigned, readMessage } from './wallet-message';
import { WalletAddressReserved, WalletSignatureInvalid } from './wallets.errors';

export interface SignedMessage {
  message: string;
  signature: string;
}

/** What a signed message says, and whether its address has signed it; nothing is believed yet. */
export interface Proof {
  text: string;
  nonce: string;
  address: string;
  holds: boolean;
}

/** Decides whether a signed message shows that a wallet is a person's. */
@Injectable()
export class SignedMessages {
  constructor(
    private readonly challenges: WalletChallenges,
    private readonly addresses: SchoolAddresses,
    private readonly chain: Chain,
    private readonly clock: Clock,
  ) {}

  /**
   * Before the transaction: curves take milliseconds that no lock should last.
   * @throws WalletMessageMalformed
   */
  async read({ message: text, signature }: SignedMessage): Promise<Proof> {
    const message = readMessage(text);
    const holds = await isSigned(message, signature, domainOf(this.chain.settings.publicUrl), this.clock.now());
    return { text, nonce: message.nonce, address: message.address, holds };
  }

  /**
   * Uses the challenge up, in the open transaction; gives the address, lower case.
   * @throws what WalletChallenges.consume throws; WalletSignatureInvalid, WalletAddressReserved
   */
  async accept(userId: number, { nonce, text, address, holds }: Proof): Promise<string> {
    await this.challenges.consume(userId, nonce, text);
    if (!holds) throw new WalletSignatureInvalid();
    if (await this.addresses.include(address)) throw new WalletAddressReserved();
    return address.toLowerCase();
  }
}
