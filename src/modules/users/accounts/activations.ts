import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import type { Person } from './person';
import { Profiles } from './profiles';
import { SecurityEvents } from '../security/security-events';
import { Sessions } from '../sessions/sessions';
import type { Decider } from '../sign-in/device';

/** Whether an account is open: only an open one can sign in. */
@Injectable()
export class Activations {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
    private readonly profiles: Profiles,
    private readonly securityEvents: SecurityEvents,
    private readonly clock: Clock,
  ) {}

  /** @throws UserNotFound */
  async activate(userId: number, by: Decider): Promise<Person> {
    return this.database.transaction(async () => {
      await this.set(userId, true, by);
      return this.profiles.of(userId);
    });
  }

  /** @throws UserNotFound */
  async deactivate(userId: number, by: Decider): Promise<Person> {
    return this.database.transaction(async () => {
      await this.set(userId, false, by);
      await this.sessions.endAll(userId, 'deactivated');
      return this.profiles.of(userId);
    });
  }

  private async set(userId: number, isActive: boolean, { actorId, device }: Decider): Promise<void> {
    const changed = await this.database.run(
      'UPDATE users_user SET is_active = $2, updated_at = $3 WHERE id = $1 AND is_active <> $2',
      [userId, isActive, this.clock.now()],
    );
    const kind = isActive ? 'account_opened' : 'account_closed';
    if (changed > 0) await this.securityEvents.record({ kind, personId: userId, actorId, device });
  }
}
