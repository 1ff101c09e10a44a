import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { fold } from '../../../platform/database/case-folding';
import { Clock } from '../../../platform/time/clock';
import { AccountMails } from '../mails/account-mails';
import { CoinHolds } from '../recovery/coin-holds';
import { EmailTaken } from '../users.errors';
import type { UsedVerification, VerifiableAccount } from './email-verifications';

/** Stores addresses that were proven. */
@Injectable()
export class ProvenEmails {
  constructor(
    private readonly database: Database,
    private readonly accountMails: AccountMails,
    private readonly coinHolds: CoinHolds,
    private readonly clock: Clock,
  ) {}

  /** Called in a transaction that has locked the row of the person. @throws EmailTaken */
  async set(used: UsedVerification, account: VerifiableAccount): Promise<void> {
    await this.store(used);
    if (used.email !== used.replacedEmail) await this.protectFromThief(used, account);
  }

  /** The unique index ignores case, so of two people who confirm one address only the first gets it. */
  private async store({ userId, email }: UsedVerification): Promise<void> {
    const sql = `UPDATE users_user SET email = $2, email_verified_at = $3, updated_at = $3, version = version + 1 WHERE id = $1`;
    try {
      await this.database.run(sql, [userId, fold(email), this.clock.now()]);
    } catch (error) {
      throw this.database.dialect.uniqueViolation(error) === null ? error : new EmailTaken();
    }
  }

  /** A thief with the password could have named their own mailbox. So the old address is told, and the coins stay for a day. */
  private async protectFromThief(
    { userId, email }: UsedVerification,
    { email: oldEmail }: VerifiableAccount,
  ): Promise<void> {
    await this.coinHolds.start(userId);
    await this.accountMails.enqueue(userId, 'users.email-changed', { newEmail: email }, { address: oldEmail });
  }
}
