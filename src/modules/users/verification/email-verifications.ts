import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { fold } from '../../../platform/database/case-folding';
import { Mails } from '../../../platform/mail/mails';
import { Clock } from '../../../platform/time/clock';
import { User } from '../accounts/user.entity';
import { AccountMails } from '../mails/account-mails';
import { EmailAlreadyVerified, UserNotFound } from '../users.errors';
import { EmailVerification } from './email-verification.entity';

const lifetimeMs = 24 * 3_600_000;
/** A link that was mailed a moment ago is not mailed again, so that nobody fills a mailbox with repeated requests. */
const minIntervalMs = 60_000;

const account = columnsOf(User, ['email', 'emailVerifiedAt', 'isActive', 'role']);
export type VerifiableAccount = Row<typeof account.shape>;

const verification = columnsOf(EmailVerification, ['userId', 'email', 'replacedEmail']);
export type UsedVerification = Row<typeof verification.shape>;

/** Mails the links that prove addresses, and finds them again. */
@Injectable()
export class EmailVerifications {
  constructor(
    private readonly database: Database,
    private readonly mails: Mails,
    private readonly accountMails: AccountMails,
    private readonly clock: Clock,
  ) {}

  /** Mails a link for the present address of a person. @throws EmailAlreadyVerified, MailNotConfigured */
  async request(userId: number): Promise<void> {
    this.mails.requireConfigured();
    await this.database.transaction(async () => {
      const { email, emailVerifiedAt } = await this.lock(userId);
      if (emailVerifiedAt) throw new EmailAlreadyVerified();
      await this.mailLink(userId, email, email);
    });
  }

  /** Mails a link to `email`, inside the transaction of the caller, if the school sends mail. An earlier link of the person stops working. */
  async mailLink(userId: number, email: string, replacedEmail: string): Promise<void> {
    if (this.mails.destination === 'nowhere') return;
    const now = this.clock.now();
    if (await this.wasMailedSince(new Date(now.getTime() - minIntervalMs), userId, email)) return;
    await this.discard(userId);
    const { seed, token } = this.accountMails.createLink('email-verification');
    const expiresAt = new Date(now.getTime() + lifetimeMs);
    await this.database.run(
      `INSERT INTO users_emailverification (user_id, email, replaced_email, token_hash, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [userId, email, replacedEmail, hashOf(token), now, expiresAt],
    );
    const template = email === replacedEmail ? 'users.email-verification' : 'users.email-change';
    const values = { seed, expiresAt: expiresAt.toISOString() };
    await this.accountMails.enqueue(userId, template, values, { address: email, expiresAt });
  }

  /** Uses a link, inside the transaction of the caller. Of concurrent requests with one token only the first succeeds. */
  take(token: string): Promise<UsedVerification | undefined> {
    return this.database.row(
      verification.shape,
      `DELETE FROM users_emailverification WHERE token_hash = $1 AND expires_at > $2 RETURNING ${verification.columns()}`,
      [hashOf(token), this.clock.now()],
    );
  }

  /** Locks the person to whom a link was mailed. Returns undefined if there is no such link. */
  async lockOwnerOf(token: string): Promise<VerifiableAccount | undefined> {
    const sql = 'SELECT user_id AS "userId" FROM users_emailverification WHERE token_hash = $1';
    const link = await this.database.row({ userId: int }, sql, [hashOf(token)]);
    return link && this.lock(link.userId);
  }

  async discard(userId: number): Promise<void> {
    await this.database.run('DELETE FROM users_emailverification WHERE user_id = $1', [userId]);
  }

  /** Returns the number of deleted links. */
  expire(): Promise<number> {
    const sql = 'DELETE FROM users_emailverification WHERE expires_at < $1';
    return this.database.transaction(() => this.database.run(sql, [this.clock.now()]));
  }

  /** Locks the person, so that concurrent requests wait for each other. @throws UserNotFound */
  async lock(userId: number): Promise<VerifiableAccount> {
    const sql = `SELECT ${account.columns()} FROM users_user WHERE id = $1${this.database.dialect.forUpdate()}`;
    const locked = await this.database.row(account.shape, sql, [userId]);
    if (!locked) throw new UserNotFound();
    return locked;
  }

  private async wasMailedSince(time: Date, userId: number, email: string): Promise<boolean> {
    const sql = 'SELECT email FROM users_emailverification WHERE user_id = $1 AND created_at > $2';
    const recent = await this.database.rows({ email: text }, sql, [userId, time]);
    return recent.some((row) => fold(row.email) === fold(email));
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
