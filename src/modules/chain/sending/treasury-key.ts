import { readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { SigningKey, Wallet, computeAddress, type SignatureLike } from 'ethers';
import { Config } from '../../../platform/config/config';
import { chainSettings } from '../settings/chain.settings';

/**
 * Signs digests with a key. For a key management service, write another class of this shape, so that the application gets only the address
 * and the signatures, not the key.
 */
export interface KeyHolder {
  readonly address: string;
  /** @param digest 32 bytes, in hexadecimal */
  signDigest(digest: string): Promise<SignatureLike>;
}

/** CHAIN_TREASURY is not the account of the key. */
export class WrongTreasuryKey extends Error {
  override name = 'WrongTreasuryKey';
}

/** The key of the treasury: from the environment or from an encrypted keystore file. A process without a key only reads the chain. */
@Injectable()
export class TreasuryKey {
  private opened: Promise<KeyHolder | null> | undefined;

  constructor(private readonly config: Config) {}

  /**
   * Null if this process has no key. The key is opened once, on first use, because a keystore needs about a second. If that
   * fails, the next call opens it again, so that a file that was repaired needs no restart. @throws WrongTreasuryKey
   */
  find(): Promise<KeyHolder | null> {
    return (this.opened ??= this.open().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    }));
  }

  /** Replaces the key, for example by a key management service. */
  use(holder: KeyHolder): void {
    this.opened = Promise.resolve(holder);
  }

  /** Lower case. */
  async treasury(): Promise<string> {
    const holder = await this.find();
    return (holder?.address ?? this.config.of(chainSettings).CHAIN_TREASURY!).toLowerCase();
  }

  private async open(): Promise<KeyHolder | null> {
    const { CHAIN_PRIVATE_KEY: key, CHAIN_KEYSTORE: file, CHAIN_TREASURY: treasury } = this.config.of(chainSettings);
    if (!key && !file) return null;
    const holder = key ? holderOf(key) : await this.openKeystore(file as string);
    if (treasury && holder.address.toLowerCase() !== treasury.toLowerCase())
      throw new WrongTreasuryKey(
        `The key is of account ${holder.address}, but CHAIN_TREASURY is ${treasury}. Correct the setting or use the other key`,
      );
    return holder;
  }

  private async openKeystore(file: string): Promise<KeyHolder> {
    const password = this.config.of(chainSettings).CHAIN_KEYSTORE_PASSWORD as string;
    const wallet = await Wallet.fromEncryptedJson(await readFile(file, 'utf8'), password);
    return holderOf(wallet.privateKey);
  }
}

function holderOf(privateKey: string): KeyHolder {
  const key = new SigningKey(privateKey);
  return { address: computeAddress(key.publicKey), signDigest: async (digest) => key.sign(digest) };
}
