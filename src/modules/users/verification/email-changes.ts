import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { bool, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { fold } from '../../../platform/database/case-folding';
import { Mails } from '../../../platform/mail/mails';
import { LeftEmails } from '../leaving/left-emails';
import { AccountMails } from '../mails/account-mails';
import type { RemoteDevice } from '../sign-in/device';
import { PasswordVerifier } from '../sign-in/password-verifier';
import { EmailTaken, UserNotFound, WrongPassword } from '../users.errors';
import type { EmailChange } from './verification.dto';
import { EmailVerifications } from './email-verifications';

/** Starts a change of address: the new address confirms it, and the old one is told. */
@Injectable()
export class EmailChanges {
  constructor(
    private readonly database: Database,
    private readonly mails: Mails,
    private readonly verifier: PasswordVerifier,
    private readonly verifications: EmailVerifications,
    private readonly accountMails: AccountMails,
    private readonly leftEmails: LeftEmails,
  ) {}

  /**
   * Attempts are counted as at sign-in, so that the holder of a stolen access token cannot guess the password.
   * @throws WrongPassword, EmailTaken, TooManyAttempts, PasswordsBusy, MailNotConfigured
   */
  async request(actor: Actor, { newEmail, currentPassword }: EmailChange, device: RemoteDevice): Promise<void> {
    this.mails.requireConfigured();
    const email = fold(newEmail);
    const account = await this.getAccount(actor.id, email);
    const target = { purpose: 'email-change' as const, accountId: actor.id, login: '' };
    const attempt = await this.verifier.verify(target, currentPassword, account.password, device);
    if (!attempt) throw new WrongPassword();
    await this.verifier.runAttempt(attempt, async () => {
      if (account.isTaken) throw new EmailTaken();
      await this.database.transaction(async () => {
        await this.requirePassword(actor.id, account.password);
        await this.verifier.recordSuccess(attempt, device);
        await this.verifications.mailLink(actor.id, email, account.email);
        await this.accountMails.enqueue(actor.id, 'users.email-change-requested', { newEmail: email });
      });
    });
  }

  /** A concurrent change of the password cancels changes of the address, also the one that is being asked for. */
  private async requirePassword(userId: number, verifiedHash: string): Promise<void> {
    const sql = `SELECT password FROM users_user WHERE id = $1${this.database.dialect.forUpdate()}`;
    const locked = await this.database.row({ password: text }, sql, [userId]);
    if (locked?.password !== verifiedHash) throw new WrongPassword();
  }

  private async getAccount(
    userId: number,
    newEmail: string,
  ): Promise<{ email: string; password: string; isTaken: boolean }> {
    const takenSql = `EXISTS (SELECT 1 FROM users_user o WHERE ${this.database.dialect.folded('o.email')} = $2)
      OR EXISTS (SELECT 1 FROM users_departure d WHERE d.email_hash = $3)`;
    const account = await this.database.row(
      { email: text, password: text, isTaken: bool },
      `SELECT email, password, ${takenSql} AS "isTaken" FROM users_user WHERE id = $1`,
      [userId, newEmail, this.leftEmails.hashOf(newEmail)],
    );
    if (!account) throw new UserNotFound();
    return account;
  }
}
