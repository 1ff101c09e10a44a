import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Administrators } from '../administration/administrators';
import { Returns } from '../leaving/returns';
import { SecurityEvents } from '../security/security-events';
import { Sessions } from '../sessions/sessions';
import type { ActingAdmin } from '../sign-in/device';

/** Opens and closes accounts. The owner of a closed account cannot sign in. */
@Injectable()
export class Activations {
  constructor(
    private readonly database: Database,
    private readonly administrators: Administrators,
    private readonly sessions: Sessions,
    private readonly returns: Returns,
    private readonly securityEvents: SecurityEvents,
    private readonly clock: Clock,
  ) {}

  /** @throws PersonHasLeft */
  async activate(userId: number, admin: ActingAdmin): Promise<void> {
    return this.database.transaction(async () => {
      await this.returns.cancelByAdmin(userId, admin);
      await this.setActive(userId, true, admin);
    });
  }

  /** @throws UserNotFound, LastAdministrator, PersonHasLeft */
  async deactivate(userId: number, admin: ActingAdmin): Promise<void> {
    return this.database.transaction(async () => {
      await this.administrators.lockForRemoval(userId, admin.actorId);
      // Otherwise the person could open the account again by signing in.
      await this.returns.cancelByAdmin(userId, admin);
      await this.setActive(userId, false, admin);
      await this.sessions.endAll(userId, 'deactivated');
    });
  }

  private async setActive(userId: number, isActive: boolean, { actorId, device }: ActingAdmin): Promise<void> {
    const changedCount = await this.database.run(
      'UPDATE users_user SET is_active = $2, updated_at = $3 WHERE id = $1 AND is_active <> $2',
      [userId, isActive, this.clock.now()],
    );
    const kind = isActive ? 'account_opened' : 'account_closed';
    if (changedCount > 0) await this.securityEvents.record({ kind, personId: userId, actorId, device });
  }
}
