import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { utcDayOf } from '../../../platform/time/utc-day';
import { rewardSettings } from '../rewards.settings';
import { ConfirmationRequired } from './grants.errors';

/**
 * Limits how many coins an administrator gives in a day without a confirmation. Rewards, positive adjustments and achievements
 * count together, so that the limit cannot be avoided by many small gifts.
 */
@Injectable()
export class StaffAllowance {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts the coins against the limit of today, in one statement inside the caller's transaction.
   * @throws ConfirmationRequired if the limit does not suffice
   */
  async use(administratorId: number, coins: number): Promise<void> {
    const dailyLimit = this.config.of(rewardSettings).STAFF_DAILY_COINS;
    const day = utcDayOf(this.clock.now());
    const isWithinLimit =
      coins <= dailyLimit &&
      (await this.database.run(
        `INSERT INTO rewards_staffday AS d (administrator_id, day, coins) VALUES ($1, $2, $3)
         ON CONFLICT (administrator_id, day) DO UPDATE SET coins = d.coins + excluded.coins
         WHERE d.coins + excluded.coins <= $4`,
        [administratorId, day, coins, dailyLimit],
      ));
    if (isWithinLimit) return;
    const usedCoins = await this.countUsed(administratorId, day);
    throw new ConfirmationRequired(dailyLimit, dailyLimit - usedCoins);
  }

  private async countUsed(administratorId: number, day: string): Promise<number> {
    const sql = 'SELECT coins FROM rewards_staffday WHERE administrator_id = $1 AND day = $2';
    return (await this.database.row({ coins: int }, sql, [administratorId, day]))?.coins ?? 0;
  }
}
