import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { utcDayOf } from '../../../platform/time/utc-day';
import { rewardSettings } from '../rewards.settings';
import { ConfirmationRequired } from './grants.errors';

/**
 * Limits how many coins an administrator gives in a day (UTC) without a confirmation. Rewards, positive adjustments and achievements
 * count together, so that many small gifts cannot avoid the limit.
 */
@Injectable()
export class StaffAllowance {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds the coins to those that the administrator has given today. One statement in the caller's transaction checks the limit and
   * adds, so that two concurrent gifts cannot both use the same remainder.
   * @throws ConfirmationRequired if the limit would be exceeded
   */
  async use(administratorId: number, coins: number): Promise<void> {
    const dailyLimit = this.config.of(rewardSettings).STAFF_DAILY_COINS;
    const day = utcDayOf(this.clock.now());
    if (coins <= dailyLimit) {
      const changedCount = await this.database.run(
        `INSERT INTO rewards_staffday AS d (administrator_id, day, coins) VALUES ($1, $2, $3)
         ON CONFLICT (administrator_id, day) DO UPDATE SET coins = d.coins + excluded.coins
         WHERE d.coins + excluded.coins <= $4`,
        [administratorId, day, coins, dailyLimit],
      );
      if (changedCount > 0) return;
    }
    const usedCoins = await this.getUsedCoins(administratorId, day);
    throw new ConfirmationRequired(dailyLimit, dailyLimit - usedCoins);
  }

  private async getUsedCoins(administratorId: number, day: string): Promise<number> {
    const sql = 'SELECT coins FROM rewards_staffday WHERE administrator_id = $1 AND day = $2';
    const staffDay = await this.database.row({ coins: int }, sql, [administratorId, day]);
    return staffDay?.coins ?? 0;
  }
}
