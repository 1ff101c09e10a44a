import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Clock } from '../../../platform/time/clock';
import { Ledger } from '../../rewards';
import { VerifiedEmails } from '../../users';
import { ChainConfig } from '../settings/chain-settings';
import { SchoolAddresses } from '../settings/school-addresses.query';
import { differencesBetween, domainOf, isSignedByAddress, parseMessage, writeMessage } from './wallet-message';
import {
  WalletAddressReserved,
  WalletChallengeExpired,
  WalletChallengeNotFound,
  WalletChallengeUsed,
  WalletMessageDiffers,
  WalletSignatureInvalid,
} from './wallets.errors';
import { WalletChallenge } from './wallet-challenge.entity';

/** The time that a person has to open the wallet, read the message and sign it. */
const lifetimeMs = 10 * 60_000;
/** The maximum number of unused challenges of one person. The next challenge replaces the oldest one. */
const maxOpenCount = 20;

export interface Challenge {
  message: string;
  nonce: string;
  expiresAt: Date;
}
export interface SignedMessage {
  message: string;
  signature: string;
}
/** A parsed message, and whether its address has signed it. The challenge is not checked yet. */
interface VerifiedMessage {
  text: string;
  nonce: string;
  address: string;
  isSigned: boolean;
}

const challengeColumns = columnsOf(WalletChallenge, ['id', 'userId', 'message', 'expiresAt', 'usedAt']);

/** Creates and checks challenges. A challenge is a message that a person signs to prove that a wallet is theirs. It can be used once, by this person. */
@Injectable()
export class WalletChallenges {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly chain: ChainConfig,
    private readonly addresses: SchoolAddresses,
    private readonly verifiedEmails: VerifiedEmails,
    private readonly clock: Clock,
  ) {}

  /** @throws WalletAddressReserved */
  async create(account: { id: number; username: string }, address: string): Promise<Challenge> {
    return this.database.transaction(async () => {
      if (await this.addresses.includes(address)) throw new WalletAddressReserved();
      this.ledger.lock([account.id]);
      const issuedAt = this.clock.now();
      const expiresAt = new Date(issuedAt.getTime() + lifetimeMs);
      // The 128 bits are written in hexadecimal, because EIP-4361 allows only letters and digits.
      const nonce = randomBytes(16).toString('hex');
      const { publicUrl, chainId } = this.chain.settings;
      const message = writeMessage({ account, address, publicUrl, chainId, nonce, issuedAt, expiresAt });
      const sql = `INSERT INTO rewards_wallet_challenge (user_id, nonce, message, issued_at, expires_at)
        VALUES ($1, $2, $3, $4, $5)`;
      await this.database.run(sql, [account.id, nonce, message, issuedAt, expiresAt]);
      await this.deleteOldest(account.id);
      return { message, nonce, expiresAt };
    });
  }

  /**
   * Must be called outside of a transaction, because no lock should be held during the milliseconds that the verification takes.
   * @throws WalletMessageMalformed
   */
  async verify({ message: text, signature }: SignedMessage): Promise<VerifiedMessage> {
    const parsed = parseMessage(text);
    const domain = domainOf(this.chain.settings.publicUrl);
    const hasValidSignature = await isSignedByAddress(parsed, signature, domain, this.clock.now());
    return { text, nonce: parsed.nonce, address: parsed.address, isSigned: hasValidSignature };
  }

  /**
   * Uses the challenge in the transaction of the caller. @returns the address that has signed, in lower case
   * @throws the errors of `consume`, EmailNotVerified, WalletSignatureInvalid, WalletAddressReserved
   */
  async accept(userId: number, message: VerifiedMessage): Promise<string> {
    await this.verifiedEmails.require(userId);
    await this.consume(userId, message.nonce, message.text);
    if (!message.isSigned) throw new WalletSignatureInvalid();
    if (await this.addresses.includes(message.address)) throw new WalletAddressReserved();
    return message.address.toLowerCase();
  }

  /**
   * Marks the challenge as used in the transaction of the caller, so that a failure in this transaction leaves the challenge unused.
   * @throws WalletChallengeNotFound, WalletChallengeUsed, WalletChallengeExpired, WalletMessageDiffers
   */
  async consume(userId: number, nonce: string, message: string): Promise<void> {
    const now = this.clock.now();
    const challenge = await this.find(nonce);
    if (!challenge || challenge.userId !== userId) throw new WalletChallengeNotFound('Request a new message.');
    if (challenge.usedAt) throw new WalletChallengeUsed();
    if (challenge.expiresAt <= now) throw new WalletChallengeExpired('Request a new message.');
    const errors = differencesBetween(message, challenge.message);
    if (errors.length > 0) throw new WalletMessageDiffers(errors);
    const sql = 'UPDATE rewards_wallet_challenge SET used_at = $2 WHERE id = $1 AND used_at IS NULL';
    const changedCount = await this.database.run(sql, [challenge.id, now]);
    if (changedCount === 0) throw new WalletChallengeUsed();
  }

  /** Used and expired challenges are kept for a while, so that the response can name the reason instead of "not found". */
  async deleteExpired(expiredBefore: Date): Promise<number> {
    const sql = 'DELETE FROM rewards_wallet_challenge WHERE expires_at < $1';
    return this.database.transaction(() => this.database.run(sql, [expiredBefore]));
  }

  private find(nonce: string) {
    const sql = `SELECT ${challengeColumns.columns()}
      FROM rewards_wallet_challenge WHERE nonce = $1`;
    return this.database.row(challengeColumns.shape, sql, [nonce]);
  }

  private async deleteOldest(userId: number): Promise<void> {
    const sql = `DELETE FROM rewards_wallet_challenge WHERE user_id = $1 AND used_at IS NULL AND id NOT IN (
      SELECT id FROM rewards_wallet_challenge WHERE user_id = $1 AND used_at IS NULL ORDER BY id DESC LIMIT $2)`;
    await this.database.run(sql, [userId, maxOpenCount]);
  }
}
