import { Injectable } from '@nestjs/common';
import { bool, int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { privacySettingIsOnSql } from '../../users';

const shape = { userId: int, username: text, totalEarned: int };
export type LeaderboardRow = Row<typeof shape>;

/** The position of the last row of a page. The next page starts after it. */
type LeaderboardPosition = Pick<LeaderboardRow, 'totalEarned' | 'userId'>;

const startOfList: LeaderboardPosition = { totalEarned: Number.MAX_SAFE_INTEGER, userId: Number.MAX_SAFE_INTEGER };

const isHiddenSql = privacySettingIsOnSql('s', 'hideFromLeaderboard');

/**
 * Lists the active learners in descending order of earned coins, without those who hide from the leaderboard. An index has the same
 * order, so that a page reads only its own rows.
 */
@Injectable()
export class Leaderboard {
  constructor(private readonly database: Database) {}

  /**
   * Returns the person's own place. The rank is null for a person who is not listed, because they hide or have earned nothing.
   */
  async getRank(userId: number): Promise<{ rank: number | null; totalEarned: number }> {
    const own = await this.database.row(
      { totalEarned: int, isListed: bool, aheadCount: int },
      `SELECT o.total_teocoins_earned AS "totalEarned", o.total_teocoins_earned > 0 AND NOT ${isHiddenSql} AS "isListed",
         (SELECT count(*) FROM users_userprogress p JOIN users_user pu ON pu.id = p.user_id AND pu.is_active
          JOIN users_usersettings ps ON ps.user_id = p.user_id
          WHERE (p.total_teocoins_earned, p.user_id) > (o.total_teocoins_earned, o.user_id)
            AND NOT ${privacySettingIsOnSql('ps', 'hideFromLeaderboard')}) AS "aheadCount"
       FROM users_userprogress o JOIN users_usersettings s ON s.user_id = o.user_id WHERE o.user_id = $1`,
      [userId],
    );
    const totalEarned = own?.totalEarned ?? 0;
    return { rank: own?.isListed ? own.aheadCount + 1 : null, totalEarned };
  }

  list(after: LeaderboardPosition | undefined, limit: number): Promise<LeaderboardRow[]> {
    const { totalEarned, userId } = after ?? startOfList;
    const sql = `SELECT p.user_id AS "userId", u.username, p.total_teocoins_earned AS "totalEarned"
       FROM users_userprogress p
       JOIN users_user u ON u.id = p.user_id AND u.is_active
       JOIN users_usersettings s ON s.user_id = p.user_id
       WHERE p.total_teocoins_earned > 0 AND NOT ${isHiddenSql}
         AND (p.total_teocoins_earned, p.user_id) < (CAST($1 AS bigint), CAST($2 AS bigint))
       ORDER BY p.total_teocoins_earned DESC, p.user_id DESC LIMIT $3`;
    return this.database.readFromReplica(() => this.database.rows(shape, sql, [totalEarned, userId, limit]));
  }
}
