import { Injectable } from '@nestjs/common';
import { int, text, textOf } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { requireGoodPassword, type PasswordOwner } from '../passwords/password-rules';
import { Passwords } from '../passwords/passwords';
import { SecurityEvents } from '../security/security-events';
import { Sessions } from '../sessions/sessions';
import type { RemoteDevice } from '../sign-in/device';
import type { Role } from '../user.lists';
import { ResetTokenRefused } from '../users.errors';
import { PasswordWasReset } from '../users.events';
import { coinsHeldUntil } from './coin-hold';
import type { PasswordResetRequest } from './password-resets.dto';
import { hashResetToken, PasswordResets } from './password-resets';

/**
 * A link works while its account is open and the administrator who created it is still an administrator. A link that an
 * administrator created never works for an administrator, even if the person became one afterwards.
 */
const isUsableSql = `r.used_at IS NULL AND r.expires_at > $2 AND u.is_active AND (r.created_by_id IS NULL
  OR u.role <> 'admin' AND EXISTS (SELECT 1 FROM users_user a WHERE a.id = r.created_by_id AND a.is_active AND a.role = 'admin'))`;

const linkShape = { id: int, userId: int, username: text, email: text, role: textOf<Role>() };

/** Sets a new password with a one-time link. */
@Injectable()
export class AccountRecovery {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly passwordResets: PasswordResets,
    private readonly sessions: Sessions,
    private readonly securityEvents: SecurityEvents,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Sets the password, ends all sessions and holds the outgoing coins for a day. A wrong, used or expired token and a closed account
   * get the same error. A password that is refused does not use up the link.
   * @throws ResetTokenRefused, WeakPassword, PasswordsBusy
   */
  async resetPassword({ token, newPassword }: PasswordResetRequest, device: RemoteDevice): Promise<void> {
    const tokenHash = hashResetToken(token);
    const owner = await this.getUsableLink(tokenHash);
    requireGoodPassword(newPassword, owner, '/body/newPassword');
    // The hash is computed before the transaction because a transaction blocks all other writers on SQLite.
    const passwordHash = await this.passwords.hash(newPassword, device.widerNetwork);
    await this.database.transaction(() => this.applyReset(tokenHash, passwordHash, device));
  }

  private async applyReset(tokenHash: string, passwordHash: string, device: RemoteDevice): Promise<void> {
    const { id, userId } = await this.getUsableLink(tokenHash);
    const now = this.clock.now();
    // The row of the person is written first, so that a concurrent transfer of theirs, which locks it, sees the hold.
    await this.database.run('UPDATE users_user SET password = $2, updated_at = $3 WHERE id = $1', [
      userId,
      passwordHash,
      now,
    ]);
    const usedCount = await this.database.run(
      'UPDATE users_passwordreset SET used_at = $2 WHERE id = $1 AND used_at IS NULL',
      [id, now],
    );
    if (usedCount === 0) throw new ResetTokenRefused();
    await this.passwordResets.discardUnused(userId);
    await this.sessions.endAll(userId, 'password');
    await this.securityEvents.record({ kind: 'password_reset', personId: userId, actorId: null, device });
    const heldUntil = coinsHeldUntil({ recoveredAt: now }, now)!.toISOString();
    await this.events.publish(new PasswordWasReset({ userId, heldUntil }));
  }

  private async getUsableLink(tokenHash: string): Promise<PasswordOwner & { id: number; userId: number }> {
    const link = await this.database.row(
      linkShape,
      `SELECT r.id, r.user_id AS "userId", u.username, u.email, u.role
       FROM users_passwordreset r JOIN users_user u ON u.id = r.user_id WHERE r.token_hash = $1 AND ${isUsableSql}`,
      [tokenHash, this.clock.now()],
    );
    if (!link) throw new ResetTokenRefused();
    return link;
  }
}
