import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import type { PasswordChange } from '../sign-in/auth.dto';
import { requireGoodPassword } from './password-rules';
import { PasswordStore } from './password-store';
import { Passwords } from './passwords';
import { personShape } from '../accounts/person';
import { Sessions } from '../sessions/sessions';
import type { RemoteDevice } from '../sign-in/device';
import { PasswordVerifier } from '../sign-in/password-verifier';
import { UserNotFound, WrongPassword } from '../users.errors';
import { PasswordChanged } from '../users.events';

const accountShape = { username: text, email: text, role: personShape.role, password: text };

@Injectable()
export class PasswordChanges {
  constructor(
    private readonly database: Database,
    private readonly verifier: PasswordVerifier,
    private readonly passwords: Passwords,
    private readonly passwordStore: PasswordStore,
    private readonly sessions: Sessions,
    private readonly events: EventBus,
  ) {}

  /**
   * Changes the password and ends every other session of the person. Attempts are counted as at sign-in, so that the holder
   * of a stolen access token cannot guess the password.
   * @throws WrongPassword, WeakPassword, TooManyAttempts, PasswordsBusy
   */
  async change(actor: Actor, change: PasswordChange, device: RemoteDevice): Promise<void> {
    const account = await this.getAccount(actor.id);
    requireGoodPassword(change.newPassword, account, '/body/newPassword');
    const target = { purpose: 'password-change' as const, accountId: actor.id, login: '' };
    const attempt = await this.verifier.verify(target, change.currentPassword, account.password, device);
    if (!attempt) throw new WrongPassword();
    await this.verifier.runAttempt(attempt, async () => {
      const newHash = await this.passwords.hash(change.newPassword, device.widerNetwork);
      await this.database.transaction(async () => {
        // Of two concurrent changes the second has verified a password that is replaced, so it fails.
        const isReplaced = await this.passwordStore.replace(actor.id, account.password, newHash);
        if (!isReplaced) throw new WrongPassword();
        await this.verifier.recordSuccess(attempt, device);
        await this.sessions.endAll(actor.id, 'password', actor.sessionId);
        await this.events.publish(new PasswordChanged({ userId: actor.id }));
      });
    });
  }

  private async getAccount(
    userId: number,
  ): Promise<{ username: string; email: string; role: Actor['role']; password: string }> {
    const sql = 'SELECT username, email, role, password FROM users_user WHERE id = $1';
    const account = await this.database.row(accountShape, sql, [userId]);
    if (!account) throw new UserNotFound();
    return account;
  }
}
