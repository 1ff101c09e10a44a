import { readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import type { SignatureLike } from 'ethers';
import { Config } from '../../../platform/config/config';
import { chainSettings } from '../settings/chain.settings';
import { ethers } from '../settings/ethers';

/**
 * Signs digests with a key. To use a key management service, write a class that implements this interface. The application then never gets
 * the key, only the address and the signatures.
 */
interface KeyHolder {
  readonly address: string;
  /** @param digest 32 bytes, in hexadecimal */
  signDigest(digest: string): Promise<SignatureLike>;
}

/** CHAIN_TREASURY names another account than the key has. */
class WrongTreasuryKey extends Error {
  override name = 'WrongTreasuryKey';
}

/** Reads the key of the treasury from the environment or from an encrypted keystore file. A process without a key only reads the chain. */
@Injectable()
export class TreasuryKey {
  private opening: Promise<KeyHolder | null> | undefined;

  constructor(private readonly config: Config) {}

  /**
   * Null if this process has no key. The key is opened once, on first use, because opening a keystore takes about a second. After a
   * failure the next call opens it again, so that a repaired file needs no restart. @throws WrongTreasuryKey
   */
  find(): Promise<KeyHolder | null> {
    this.opening ??= this.open().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  /** Replaces the key, for example by a key management service. */
  use(holder: KeyHolder): void {
    this.opening = Promise.resolve(holder);
  }

  /** The address of the treasury, in lower case. */
  async getTreasury(): Promise<string> {
    const holder = await this.find();
    const address = holder?.address ?? this.config.of(chainSettings).CHAIN_TREASURY!;
    return address.toLowerCase();
  }

  private async open(): Promise<KeyHolder | null> {
    const settings = this.config.of(chainSettings);
    const { CHAIN_PRIVATE_KEY: privateKey, CHAIN_KEYSTORE: file, CHAIN_TREASURY: treasury } = settings;
    if (!privateKey && !file) return null;
    const holder = privateKey ? toKeyHolder(privateKey) : await this.openKeystore(file as string);
    if (treasury && holder.address.toLowerCase() !== treasury.toLowerCase())
      throw new WrongTreasuryKey(
        `The key is of account ${holder.address}, but CHAIN_TREASURY is ${treasury}. Correct the setting or use the other key`,
      );
    return holder;
  }

  private async openKeystore(file: string): Promise<KeyHolder> {
    const password = this.config.of(chainSettings).CHAIN_KEYSTORE_PASSWORD as string;
    const wallet = await ethers().Wallet.fromEncryptedJson(await readFile(file, 'utf8'), password);
    return toKeyHolder(wallet.privateKey);
  }
}

function toKeyHolder(privateKey: string): KeyHolder {
  const { SigningKey, computeAddress } = ethers();
  const key = new SigningKey(privateKey);
  return { address: computeAddress(key.publicKey), signDigest: async (digest) => key.sign(digest) };
}
