import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import { Clock } from '../../platform/time/clock';
import type { Person } from './person';
import { Profiles } from './profiles';
import { Sessions } from './sessions/sessions';

/** Whether an account is open: only an open one can sign in. */
@Injectable()
export class Activations {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
    private readonly profiles: Profiles,
    private readonly clock: Clock,
  ) {}

  /** @throws UserNotFound */
  async activate(userId: number): Promise<Person> {
    return this.database.transaction(async () => {
      await this.set(userId, true);
      return this.profiles.of(userId);
    });
  }

  /** @throws UserNotFound */
  async deactivate(userId: number): Promise<Person> {
    return this.database.transaction(async () => {
      await this.set(userId, false);
      await this.sessions.endAll(userId, 'deactivated');
      return this.profiles.of(userId);
    });
  }

  private async set(userId: number, isActive: boolean): Promise<void> {
    await this.database.run('UPDATE users_user SET is_active = $2, updated_at = $3 WHERE id = $1 AND is_active <> $2', [
      userId,
      isActive,
      this.clock.now(),
    ]);
  }
}
