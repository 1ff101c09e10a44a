import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { utcDayOf } from '../../../platform/time/utc-day';
import { rewardSettings } from '../rewards.settings';
import { ConfirmationRequired } from './grants.errors';

/**
 * What an administrator gives alone in a day: rewards, corrections upwards and achievements together, so that many small gifts
 * are one large one.
 */
@Injectable()
export class StaffAllowance {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Counts and refuses in one statement, inside the caller's transaction. @throws ConfirmationRequired */
  async take(administratorId: number, coins: number): Promise<void> {
    const most = this.config.of(rewardSettings).STAFF_DAILY_COINS;
    const day = utcDayOf(this.clock.now());
    const taken =
      coins <= most &&
      (await this.database.run(
        `INSERT INTO rewards_staffday AS d (administrator_id, day, coins) VALUES ($1, $2, $3)
         ON CONFLICT (administrator_id, day) DO UPDATE SET coins = d.coins + excluded.coins
         WHERE d.coins + excluded.coins <= $4`,
        [administratorId, day, coins, most],
      ));
    if (!taken) throw new ConfirmationRequired(most, most - (await this.takenOn(administratorId, day)));
  }

  private async takenOn(administratorId: number, day: string): Promise<number> {
    const sql = 'SELECT coins FROM rewards_staffday WHERE administrator_id = $1 AND day = $2';
    return (await this.database.row({ coins: int }, sql, [administratorId, day]))?.coins ?? 0;
  }
}
