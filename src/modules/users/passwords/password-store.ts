import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';

/**
 * Writes the passwords of accounts. A new password makes the half-done sign-ins and all unused links of the person invalid: those that
 * set a password, and those that would change the address, because a thief may have asked for them.
 */
@Injectable()
export class PasswordStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async set(userId: number, newHash: string): Promise<void> {
    const sql = 'UPDATE users_user SET password = $2, updated_at = $3 WHERE id = $1';
    await this.database.run(sql, [userId, newHash, this.clock.now()]);
    await this.discardLinks(userId);
  }

  /**
   * Replaces a password that was verified. Returns false if it is not the stored one any more, because a concurrent request has
   * replaced it.
   */
  async replace(userId: number, oldHash: string, newHash: string): Promise<boolean> {
    const sql = 'UPDATE users_user SET password = $3, updated_at = $4 WHERE id = $1 AND password = $2';
    const replacedCount = await this.database.run(sql, [userId, oldHash, newHash, this.clock.now()]);
    if (replacedCount > 0) await this.discardLinks(userId);
    return replacedCount > 0;
  }

  private async discardLinks(userId: number): Promise<void> {
    await this.database.run('DELETE FROM users_passwordreset WHERE user_id = $1 AND used_at IS NULL', [userId]);
    await this.database.run('DELETE FROM users_emailverification WHERE user_id = $1 AND email <> replaced_email', [
      userId,
    ]);
    await this.database.run('DELETE FROM users_signinchallenge WHERE user_id = $1', [userId]);
  }
}
