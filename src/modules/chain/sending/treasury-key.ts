import { readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { SigningKey, Wallet, computeAddress, type SignatureLike } from 'ethers';
import { Config } from '../../../platform/config/config';
import { chainSettings } from '../settings/chain.settings';

/**
 * Holds a key and signs digests with it. A key management service is one more class of this shape: the key never has to
 * come to us, only its address and its signatures.
 */
export interface KeyHolder {
  readonly address: string;
  /** @param digest 32 bytes, in hex */
  signDigest(digest: string): Promise<SignatureLike>;
}

/** Somebody configured a treasury that is not the account of the key. */
export class WrongTreasuryKey extends Error {
  override name = 'WrongTreasuryKey';
}

/** The key that pays: from the environment, from an encrypted keystore file, or none where this process only looks on. */
@Injectable()
export class TreasuryKey {
  private opened: Promise<KeyHolder | null> | undefined;

  constructor(private readonly config: Config) {}

  /** Opening a keystore takes a second of work: once, and not before it is needed. @throws WrongTreasuryKey */
  holder(): Promise<KeyHolder | null> {
    return (this.opened ??= this.open());
  }

  /** Hands signing to somebody else: a key management service. */
  use(holder: KeyHolder): void {
    this.opened = Promise.resolve(holder);
  }

  /** Lower case. */
  async treasury(): Promise<string> {
    const holder = await this.holder();
    return (holder?.address ?? this.config.of(chainSettings).CHAIN_TREASURY!).toLowerCase();
  }

  private async open(): Promise<KeyHolder | null> {
    const { CHAIN_PRIVATE_KEY: key, CHAIN_KEYSTORE: file, CHAIN_TREASURY: treasury } = this.config.of(chainSettings);
    const holder = key ? holderOf(key) : file ? await this.fromKeystore(file) : null;
    if (holder && treasury && holder.address.toLowerCase() !== treasury.toLowerCase())
      throw new WrongTreasuryKey(`The key is of ${holder.address}, CHAIN_TREASURY says ${treasury}`);
    return holder;
  }

  private async fromKeystore(file: string): Promise<KeyHolder> {
    const password = this.config.of(chainSettings).CHAIN_KEYSTORE_PASSWORD as string;
    const wallet = await Wallet.fromEncryptedJson(await readFile(file, 'utf8'), password);
    return holderOf(wallet.privateKey);
  }
}

function holderOf(privateKey: string): KeyHolder {
  const key = new SigningKey(privateKey);
  return { address: computeAddress(key.publicKey), signDigest: async (digest) => key.sign(digest) };
}
