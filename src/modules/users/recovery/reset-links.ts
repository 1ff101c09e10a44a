import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { int, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { fold } from '../../../platform/database/case-folding';
import { Clock } from '../../../platform/time/clock';
import { PasswordStore } from '../passwords/password-store';
import { canSignInSql } from '../leaving/departure.entity';
import { PasswordReset } from './password-reset.entity';
import type { Role } from '../user.lists';
import { ResetTokenRefused } from '../users.errors';

export const hashResetToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * A link works while its account is open or its owner is leaving, while it has the address to which the link was mailed, and the administrator who created it is still
 * an administrator. A link that an administrator created never works for an administrator, even if the person became one afterwards.
 */
const isUsableSql = `(r.mailed_to = '' OR r.mailed_to = u.email) AND r.used_at IS NULL AND r.expires_at > $2 AND ${canSignInSql('u')} AND (r.created_by_id IS NULL
  OR u.role <> 'admin' AND EXISTS (SELECT 1 FROM users_user a WHERE a.id = r.created_by_id AND a.is_active AND a.role = 'admin'))`;

const resetColumns = columnsOf(PasswordReset, ['userId', 'mailedTo']);
const linkShape = { ...resetColumns.shape, id: int, username: text, email: text, role: textOf<Role>() };

interface UsedLink {
  userId: number;
  usedAt: Date;
  /** The use has proven the address of the person, which was not proven before. */
  isFirstProof: boolean;
}

/** Finds and uses one-time links. */
@Injectable()
export class ResetLinks {
  constructor(
    private readonly database: Database,
    private readonly passwordStore: PasswordStore,
    private readonly clock: Clock,
  ) {}

  /** @throws ResetTokenRefused */
  async getUsable(token: string): Promise<Row<typeof linkShape>> {
    const link = await this.database.row(
      linkShape,
      `SELECT r.id, ${resetColumns.columns('r')}, u.username, u.email, u.role
       FROM users_passwordreset r JOIN users_user u ON u.id = r.user_id WHERE r.token_hash = $1 AND ${isUsableSql}`,
      [hashResetToken(token), this.clock.now()],
    );
    if (!link) throw new ResetTokenRefused();
    return link;
  }

  /**
   * Sets the password, inside the transaction of the caller. Of concurrent requests with one token only the first succeeds.
   * @throws ResetTokenRefused
   */
  async use(token: string, passwordHash: string): Promise<UsedLink> {
    const { id, userId, mailedTo } = await this.getUsable(token);
    const usedAt = this.clock.now();
    // The row of the person is locked first, so that a concurrent transfer of theirs, which locks it too, sees the hold.
    // The account may have been closed while this transaction waited for the row.
    const lockSql = `UPDATE users_user SET updated_at = $2 WHERE id = $1 AND ${canSignInSql('users_user')}`;
    if ((await this.database.run(lockSql, [userId, usedAt])) === 0) throw new ResetTokenRefused();
    const usedCount = await this.database.run(
      'UPDATE users_passwordreset SET used_at = $2 WHERE id = $1 AND used_at IS NULL',
      [id, usedAt],
    );
    if (usedCount === 0) throw new ResetTokenRefused();
    await this.passwordStore.set(userId, passwordHash);
    const isProof = mailedTo !== '' && (await this.proveEmail(userId, mailedTo, usedAt));
    return { userId, usedAt, isFirstProof: isProof };
  }

  /** Who uses a link from a mail reads the mailbox. Returns whether the address was not proven before. */
  private async proveEmail(userId: number, mailedTo: string, now: Date): Promise<boolean> {
    const sql = `UPDATE users_user SET email_verified_at = $3, version = version + 1
      WHERE id = $1 AND ${this.database.dialect.folded('email')} = $2 AND email_verified_at IS NULL`;
    const isFirstProof = (await this.database.run(sql, [userId, fold(mailedTo), now])) > 0;
    // The link of the registration would drop the credentials again.
    if (isFirstProof) await this.database.run('DELETE FROM users_emailverification WHERE user_id = $1', [userId]);
    return isFirstProof;
  }
}
