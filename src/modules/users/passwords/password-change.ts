import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import type { PasswordChange } from '../sign-in/auth.dto';
import { requireGoodPassword } from './password-rules';
import { Passwords } from './passwords';
import { personShape } from '../accounts/person';
import { Sessions } from '../sessions/sessions';
import type { RemoteDevice } from '../sign-in/device';
import { PasswordProof } from '../sign-in/password-verifier';
import { UserNotFound, WrongPassword } from '../users.errors';
import { PasswordChanged } from '../users.events';

const owner = { username: text, email: text, role: personShape.role, password: text };

@Injectable()
export class PasswordChanges {
  constructor(
    private readonly database: Database,
    private readonly proof: PasswordProof,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Ends every other session of the person. A found access token is no licence to guess: attempts are counted as at a sign-in.
   * @throws WrongPassword, WeakPassword, TooManyAttempts, PasswordsBusy
   */
  async change(actor: Actor, change: PasswordChange, device: RemoteDevice): Promise<void> {
    const account = await this.account(actor.id);
    requireGoodPassword(change.newPassword, account, '/body/newPassword');
    const claim = { purpose: 'password-change' as const, accountId: actor.id, login: '' };
    const attempt = await this.proof.judge(claim, change.currentPassword, account.password, device);
    if (!attempt) throw new WrongPassword();
    await this.proof.use(attempt, async () => {
      const password = await this.passwords.hash(change.newPassword, device.widerNetwork);
      await this.database.transaction(async () => {
        await this.replace(actor.id, account.password, password);
        await this.proof.accept(attempt, device);
        await this.sessions.endAll(actor.id, 'password', actor.sessionId);
        await this.events.publish(new PasswordChanged({ userId: actor.id }));
      });
    });
  }

  private async account(
    userId: number,
  ): Promise<{ username: string; email: string; role: Actor['role']; password: string }> {
    const sql = 'SELECT username, email, role, password FROM users_user WHERE id = $1';
    const found = await this.database.row(owner, sql, [userId]);
    if (!found) throw new UserNotFound();
    return found;
  }

  /** Of two changes at once the first wins: the second has proved a password that is none any more. */
  private async replace(userId: number, before: string, password: string): Promise<void> {
    const replaced = await this.database.run(
      'UPDATE users_user SET password = $3, updated_at = $4 WHERE id = $1 AND password = $2',
      [userId, before, password, this.clock.now()],
    );
    if (replaced === 0) throw new WrongPassword();
  }
}
