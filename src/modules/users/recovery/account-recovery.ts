import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { requireGoodPassword } from '../passwords/password-rules';
import { Passwords } from '../passwords/passwords';
import { SecurityEvents } from '../security/security-events';
import { Sessions } from '../sessions/sessions';
import type { RemoteDevice } from '../sign-in/device';
import { CredentialsDropped, PasswordWasReset } from '../users.events';
import { coinsHeldUntil } from './coin-hold';
import type { PasswordResetRequest } from './password-resets.dto';
import { ResetLinks } from './reset-links';

/** Sets a new password with a one-time link. */
@Injectable()
export class AccountRecovery {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly links: ResetLinks,
    private readonly sessions: Sessions,
    private readonly securityEvents: SecurityEvents,
    private readonly events: EventBus,
  ) {}

  /**
   * Sets the password, ends all sessions and holds the outgoing coins for a day. A wrong, used or expired token and a closed account
   * get the same error. A password that is refused does not use up the link.
   * @throws ResetTokenRefused, WeakPassword, PasswordsBusy
   */
  async resetPassword({ token, newPassword }: PasswordResetRequest, device: RemoteDevice): Promise<void> {
    const owner = await this.links.getUsable(token);
    requireGoodPassword(newPassword, owner, '/body/newPassword');
    // The hash is computed before the transaction because a transaction blocks all other writers on SQLite.
    const passwordHash = await this.passwords.hash(newPassword, device.widerNetwork);
    await this.database.transaction(async () => {
      const { userId, usedAt, isFirstProof } = await this.links.use(token, passwordHash);
      await this.sessions.endAll(userId, 'password');
      await this.securityEvents.record({ kind: 'password_reset', personId: userId, actorId: null, device });
      if (isFirstProof) await this.events.publish(new CredentialsDropped({ userId }));
      const heldUntil = coinsHeldUntil({ recoveredAt: usedAt }, usedAt)!.toISOString();
      await this.events.publish(new PasswordWasReset({ userId, heldUntil }));
    });
  }
}
