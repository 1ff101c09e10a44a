import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { fold } from '../../../platform/database/case-folding';
import { Config } from '../../../platform/config/config';
import { bool, int, textOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
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

export interface NewPasswordReset {
  token: string;
  url: string | null;
  expiresAt: Date;
}

/** Creates the one-time links with which people set a new password. The owner of the account is notified of each link. */
@Injectable()
export class PasswordResets {
  constructor(
    private readonly database: Database,
    private readonly securityEvents: SecurityEvents,
    private readonly events: EventBus,
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
      return this.create(userId, admin);
    });
  }

  /** Creates a link for any open account. Only the command line calls this method. @throws UserNotFound, AccountClosed */
  createByOperator(username: string): Promise<NewPasswordReset> {
    return this.database.transaction(async () => {
      const sql = `SELECT id FROM users_user WHERE ${this.database.dialect.folded('username')} = $1`;
      const person = await this.database.row({ id: int }, sql, [fold(username)]);
      if (!person) throw new UserNotFound();
      await this.lockOpenAccount(person.id);
      return this.create(person.id, null);
    });
  }

  /** Removes links that no longer hold coins. Returns the number of removed links. */
  expire(): Promise<number> {
    const cutoff = new Date(this.clock.now().getTime() - resetRetentionMs);
    return this.database.transaction(() =>
      this.database.run('DELETE FROM users_passwordreset WHERE expires_at < $1', [cutoff]),
    );
  }

  private async create(userId: number, admin: ActingAdmin | null): Promise<NewPasswordReset> {
    const token = randomBytes(tokenBytes).toString('base64url');
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + lifetimeMs);
    await this.database.run('DELETE FROM users_passwordreset WHERE user_id = $1 AND used_at IS NULL', [userId]);
    await this.database.run(
      `INSERT INTO users_passwordreset (user_id, token_hash, created_by_id, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5)`,
      [userId, hashResetToken(token), admin?.actorId ?? null, now, expiresAt],
    );
    const actor = admin ?? { actorId: null, note: 'By an operator at the command line' };
    await this.securityEvents.record({ kind: 'password_reset_created', personId: userId, ...actor });
    await this.events.publish(new PasswordResetCreated({ userId, isByAdministrator: admin !== null }));
    return { token, url: this.urlOf(token), expiresAt };
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
