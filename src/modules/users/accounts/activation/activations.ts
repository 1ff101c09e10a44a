import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database';
import { Clock } from '../../../../platform/time/clock';
import { lockPerson } from '../../factors/factor-changes';
import { Administrators } from '../../administration/administrators';
import { Returns } from '../../leaving/returns';
import { Sessions } from '../../sessions/sessions';
import type { ActingAdmin } from '../../sign-in/device';
import { ActivationNotes } from './activation-notes';

/** Opens and closes accounts. The owner of a closed account cannot sign in. */
@Injectable()
export class Activations {
  constructor(
    private readonly database: Database,
    private readonly administrators: Administrators,
    private readonly sessions: Sessions,
    private readonly returns: Returns,
    private readonly notes: ActivationNotes,
    private readonly clock: Clock,
  ) {}

  /** @throws PersonHasLeft */
  async activate(userId: number, admin: ActingAdmin): Promise<void> {
    return this.database.transaction(async () => {
      // Otherwise the job that erases the person could commit between the two statements.
      await lockPerson(this.database, userId);
      await this.returns.cancelByAdmin(userId, admin);
      if (await this.setActive(userId, true)) await this.notes.opened(userId, admin);
    });
  }

  /**
   * The person is told the reason. A departure is cancelled, because the person could open the account again by signing in.
   * @throws UserNotFound, LastAdministrator, PersonHasLeft
   */
  async deactivate(userId: number, reason: string, admin: ActingAdmin): Promise<void> {
    return this.database.transaction(async () => {
      await this.administrators.lockForRemoval(userId, admin.actorId);
      await this.returns.cancelByAdmin(userId, admin);
      if (await this.setActive(userId, false)) await this.notes.closed(userId, reason, admin);
      await this.sessions.endAll(userId, 'deactivated');
    });
  }

  /** Returns whether the account was not so before. */
  private async setActive(userId: number, isActive: boolean): Promise<boolean> {
    const changedCount = await this.database.run(
      'UPDATE users_user SET is_active = $2, updated_at = $3 WHERE id = $1 AND is_active <> $2',
      [userId, isActive, this.clock.now()],
    );
    return changedCount > 0;
  }
}
