import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { fold } from '../../../platform/database/case-folding';
import { Config } from '../../../platform/config/config';
import { bool, int, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { canSignInSql } from '../leaving/departure.entity';
import { AccountMails } from '../mails/account-mails';
import { SecurityEvents } from '../security/security-events';
import type { ActingAdmin } from '../sign-in/device';
import type { Role } from '../user.lists';
import { AccountClosed, UserNotFound } from '../users.errors';
import { PasswordResetCreated } from '../users.events';
import { userSettings } from '../users.settings';
import { resetRetentionMs } from './coin-hold';
import { hashResetToken } from './reset-links';

const lifetimeMs = 30 * 60_000;
const tokenBytes = 32;
const minMailIntervalMs = 5 * 60_000;
const addressedShape = { id: int, email: text, role: textOf<Role>(), canSignIn: bool };

export interface NewPasswordReset {
  token: string;
  url: string | null;
  expiresAt: Date;
}

/** Who caused a link, and how it is handed over. */
interface Origin {
  admin: ActingAdmin | null;
  note: string;
  mailedTo: string;
}

const byOperator: Origin = { admin: null, note: 'By an operator at the command line', mailedTo: '' };

/** Creates the one-time links with which people set a new password. The owner of the account is notified of each link. */
@Injectable()
export class PasswordResets {
  constructor(
    private readonly database: Database,
    private readonly securityEvents: SecurityEvents,
    private readonly events: EventBus,
    private readonly accountMails: AccountMails,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates a link for a student or a teacher. Earlier links of the person that are not used stop working. An administrator cannot
   * create a link for another administrator, because with their account one person could act as two administrators.
   * @throws UserNotFound, AccountClosed, Forbidden
   */
  createByAdmin(userId: number, admin: ActingAdmin): Promise<NewPasswordReset> {
    return this.database.transaction(async () => {
      const { role } = await this.lockOpenAccount(userId);
      if (role === 'admin') throw new Forbidden('Only an operator can reset the password of an administrator.');
      return this.createAndNotify(userId, { admin, note: '', mailedTo: '' });
    });
  }

  /** Creates a link for any open account. Only the command line calls this method. @throws UserNotFound, AccountClosed */
  createByOperator(username: string): Promise<NewPasswordReset> {
    return this.database.transaction(async () => {
      const sql = `SELECT id FROM users_user WHERE ${this.database.dialect.folded('username')} = $1`;
      const person = await this.database.row({ id: int }, sql, [fold(username)]);
      if (!person) throw new UserNotFound();
      await this.lockOpenAccount(person.id);
      return this.createAndNotify(person.id, byOperator);
    });
  }

  /** Removes links that no longer hold coins. Returns the number of removed links. */
  expire(): Promise<number> {
    const cutoff = new Date(this.clock.now().getTime() - resetRetentionMs);
    return this.database.transaction(() =>
      this.database.run('DELETE FROM users_passwordreset WHERE expires_at < $1', [cutoff]),
    );
  }

  /**
   * Mails a link to the address, if it belongs to the account of a student or a teacher who may sign in. Administrators ask an operator, because
   * a mailbox alone must not open their account. A link of an administrator or an operator stays valid, so that a stranger who knows
   * the address cannot cancel it.
   */
  createByMail(email: string): Promise<void> {
    return this.database.transaction(async () => {
      const person = await this.findByEmail(email);
      if (!person?.canSignIn || person.role === 'admin' || (await this.wasMailedRecently(person.id))) return;
      const { seed, token } = this.accountMails.createLink('password-reset');
      const origin = {
        admin: null,
        note: 'By mail, as somebody asked for it with the address',
        mailedTo: person.email,
      };
      const { expiresAt } = await this.insert(person.id, token, origin);
      const values = { seed, expiresAt: expiresAt.toISOString() };
      await this.accountMails.enqueue(person.id, 'users.password-reset', values, { expiresAt });
    });
  }

  /** Creates a link for the holder of a mailbox, whose credentials were dropped, inside the transaction of the caller. */
  createForMailbox(userId: number): Promise<NewPasswordReset> {
    const origin = { admin: null, note: 'For the holder of the verified address', mailedTo: '' };
    return this.insert(userId, randomBytes(tokenBytes).toString('base64url'), origin);
  }

  private async createAndNotify(userId: number, origin: Origin): Promise<NewPasswordReset> {
    const token = randomBytes(tokenBytes).toString('base64url');
    await this.database.run('DELETE FROM users_passwordreset WHERE user_id = $1 AND used_at IS NULL', [userId]);
    const reset = await this.insert(userId, token, origin);
    await this.events.publish(new PasswordResetCreated({ userId, isByAdministrator: origin.admin !== null }));
    return reset;
  }

  private async insert(userId: number, token: string, { admin, note, mailedTo }: Origin): Promise<NewPasswordReset> {
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + lifetimeMs);
    await this.database.run(
      `INSERT INTO users_passwordreset (user_id, token_hash, created_by_id, mailed_to, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [userId, hashResetToken(token), admin?.actorId ?? null, mailedTo, now, expiresAt],
    );
    const actor = admin ?? { actorId: null, note };
    await this.securityEvents.record({ kind: 'password_reset_created', personId: userId, ...actor });
    return { token, url: this.urlOf(token), expiresAt };
  }

  private findByEmail(email: string): Promise<Row<typeof addressedShape> | undefined> {
    const sql = `SELECT id, email, role, ${canSignInSql('users_user')} AS "canSignIn" FROM users_user
      WHERE ${this.database.dialect.folded('email')} = $1${this.database.dialect.forUpdate()}`;
    return this.database.row(addressedShape, sql, [fold(email)]);
  }

  /** Repeated requests do not fill a mailbox. The link of the first one still works. */
  private async wasMailedRecently(userId: number): Promise<boolean> {
    const sql = `SELECT id FROM users_passwordreset WHERE user_id = $1 AND mailed_to <> '' AND used_at IS NULL AND created_at > $2`;
    const recent = new Date(this.clock.now().getTime() - minMailIntervalMs);
    return (await this.database.row({ id: int }, sql, [userId, recent])) !== undefined;
  }

  /** The lock makes concurrent requests wait for each other, so that only the last link works. */
  private async lockOpenAccount(userId: number): Promise<{ role: Role }> {
    const sql = `SELECT role, is_active AS "isActive" FROM users_user WHERE id = $1${this.database.dialect.forUpdate()}`;
    const account = await this.database.row({ role: textOf<Role>(), isActive: bool }, sql, [userId]);
    if (!account) throw new UserNotFound();
    if (!account.isActive) throw new AccountClosed('Open the account first.');
    return account;
  }

  private urlOf(token: string): string | null {
    const page = this.config.of(userSettings).PASSWORD_RESET_URL;
    return page === undefined ? null : `${page}#token=${token}`;
  }
}
