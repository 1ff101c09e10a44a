import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { int } from '../../../platform/database/columns';
import { Unauthenticated } from '../../../platform/errors/access.errors';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { Administrators } from '../administration/administrators';
import type { RemoteDevice } from '../sign-in/device';
import { userSettings } from '../users.settings';
import type { DeparturePreview, DepartureResponse } from './departures.dto';
import { CannotLeave } from './departures.errors';
import { DepartureNotes } from './departure-notes';
import { PersonalDataRegistry, type Obstacle } from './personal-data';

const dayMs = 86_400_000;
const lastAdministrator: Obstacle = {
  kind: 'last_administrator',
  count: 1,
  advice: 'Another administrator must be there first.',
};

/** People ask to leave the school (rule 15). A job removes what is personal after the cool-off. */
@Injectable()
export class Departures {
  constructor(
    private readonly database: Database,
    private readonly administrators: Administrators,
    private readonly personalData: PersonalDataRegistry,
    private readonly notes: DepartureNotes,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  async preview(userId: number): Promise<DeparturePreview> {
    const isLast = await this.administrators.isLast(userId);
    return {
      leavesAt: this.endOfCoolOff().toISOString(),
      balance: await this.balanceOf(userId),
      obstacles: await this.findObstacles(userId, false, isLast),
    };
  }

  /** Closes the account until the person signs in again. @throws CannotLeave, Unauthenticated */
  async request(userId: number, forfeits: boolean, device: RemoteDevice): Promise<DepartureResponse> {
    return this.database.transaction(async () => {
      // The lock comes first, so that what is found stays true.
      const isLast = await this.administrators.lockForDeparture(userId);
      const obstacles = await this.findObstacles(userId, forfeits, isLast);
      if (obstacles.length > 0) throw new CannotLeave(obstacles);
      const dueAt = this.endOfCoolOff();
      const now = this.clock.now();
      const closeSql = 'UPDATE users_user SET is_active = $2, updated_at = $3 WHERE id = $1 AND is_active';
      // An administrator, or the same request sent twice, may have closed the account while this one waited for the lock.
      if ((await this.database.run(closeSql, [userId, false, now])) === 0) throw new Unauthenticated();
      await this.database.run('INSERT INTO users_departure (user_id, requested_at, due_at) VALUES ($1, $2, $3)', [
        userId,
        now,
        dueAt,
      ]);
      await this.notes.requested(userId, dueAt, device);
      return { leavesAt: dueAt.toISOString(), balance: await this.balanceOf(userId) };
    });
  }

  private async findObstacles(userId: number, forfeits: boolean, isLast: boolean): Promise<Obstacle[]> {
    const ofModules = await this.personalData.findObstacles(userId, forfeits);
    return isLast ? [lastAdministrator, ...ofModules] : ofModules;
  }

  private async balanceOf(userId: number): Promise<number> {
    const sql = 'SELECT teo_coins AS balance FROM users_user WHERE id = $1';
    return (await this.database.row({ balance: int }, sql, [userId]))!.balance;
  }

  private endOfCoolOff(): Date {
    return new Date(this.clock.now().getTime() + this.config.of(userSettings).LEAVING_COOL_OFF_DAYS * dayMs);
  }
}
