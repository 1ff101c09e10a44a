import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { instant, int, nullable, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Ledger } from '../../rewards';
import { Chain } from '../settings/chain-settings';
import { SchoolAddresses } from '../settings/school-addresses.query';
import { differences, writeMessage } from './wallet-message';
import {
  WalletAddressReserved,
  WalletChallengeExpired,
  WalletChallengeNotFound,
  WalletChallengeUsed,
  WalletMessageDiffers,
} from './wallets.errors';

/** Time to find the wallet, read the message and sign it. */
const lifetimeMs = 10 * 60_000;
/** Unused ones of one person; an older one makes room. */
const mostOpen = 20;

export interface Challenge {
  message: string;
  nonce: string;
  expiresAt: Date;
}

const shape = { id: int, userId: int, message: text, expiresAt: instant, usedAt: nullable(instant) };

/** Messages for people to sign, each good once and for one person. */
@Injectable()
export class WalletChallenges {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly chain: Chain,
    private readonly addresses: SchoolAddresses,
    private readonly clock: Clock,
  ) {}

  /** @throws WalletAddressReserved */
  async open(account: { id: number; username: string }, address: string): Promise<Challenge> {
    return this.database.transaction(async () => {
      if (await this.addresses.include(address)) throw new WalletAddressReserved();
      await this.ledger.lock([account.id]);
      const issuedAt = this.clock.now();
      const expiresAt = new Date(issuedAt.getTime() + lifetimeMs);
      // 128 bits; in hexadecimal they are the letters and digits that EIP-4361 allows.
      const nonce = randomBytes(16).toString('hex');
      const { publicUrl, chainId } = this.chain.settings;
      const message = writeMessage({ account, address, publicUrl, chainId, nonce, issuedAt, expiresAt });
      await this.insert(account.id, { message, nonce, expiresAt }, issuedAt);
      await this.dropOldest(account.id);
      return { message, nonce, expiresAt };
    });
  }

  /**
   * Uses a challenge up, in the open transaction: what it was good for fails with it.
   * @throws WalletChallengeNotFound, WalletChallengeUsed, WalletChallengeExpired, WalletMessageDiffers
   */
  async consume(userId: number, nonce: string, message: string): Promise<void> {
    const now = this.clock.now();
    const challenge = await this.find(nonce);
    if (!challenge || challenge.userId !== userId) throw new WalletChallengeNotFound();
    if (challenge.usedAt) throw new WalletChallengeUsed();
    if (challenge.expiresAt <= now) throw new WalletChallengeExpired();
    const errors = differences(message, challenge.message);
    if (errors.length > 0) throw new WalletMessageDiffers(errors);
    const sql = 'UPDATE rewards_wallet_challenge SET used_at = $2 WHERE id = $1 AND used_at IS NULL';
    if ((await this.database.run(sql, [challenge.id, now])) === 0) throw new WalletChallengeUsed();
  }

  /** Until then a used or expired one is still told from an unknown one. */
  async forget(expiredBefore: Date): Promise<number> {
    const sql = 'DELETE FROM rewards_wallet_challenge WHERE expires_at < $1';
    return this.database.transaction(() => this.database.run(sql, [expiredBefore]));
  }

  private find(nonce: string) {
    const sql = `SELECT id, user_id AS "userId", message, expires_at AS "expiresAt", used_at AS "usedAt"
      FROM rewards_wallet_challenge WHERE nonce = $1`;
    return this.database.row(shape, sql, [nonce]);
  }

  private async insert(userId: number, { nonce, message, expiresAt }: Challenge, issuedAt: Date): Promise<void> {
    await this.database.run(
      `INSERT INTO rewards_wallet_challenge (user_id, nonce, message, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
      [userId, nonce, message, issuedAt, expiresAt],
    );
  }

  private async dropOldest(userId: number): Promise<void> {
    await this.database.run(
      `DELETE FROM rewards_wallet_challenge WHERE user_id = $1 AND used_at IS NULL AND id NOT IN (
         SELECT id FROM rewards_wallet_challenge WHERE user_id = $1 AND used_at IS NULL ORDER BY id DESC LIMIT $2)`,
      [userId, mostOpen],
    );
  }
}
