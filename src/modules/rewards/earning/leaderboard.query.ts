import { Injectable } from '@nestjs/common';
import { int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';

const shape = { userId: int, username: text, totalEarned: int };
export type LeaderboardRow = Row<typeof shape>;

/** The last entry of the page before; the next page starts after it. */
export type LeaderboardPosition = Pick<LeaderboardRow, 'totalEarned' | 'userId'>;

const top: LeaderboardPosition = { totalEarned: Number.MAX_SAFE_INTEGER, userId: Number.MAX_SAFE_INTEGER };

/** JSON true is the text `true` on PostgreSQL and 1 on SQLite. */
const isHiddenSql = `COALESCE(CAST(s.privacy_settings ->> 'hideFromLeaderboard' AS varchar(5)), '') IN ('true', '1')`;

/** Active learners in descending order of earned coins, which an index provides; without those who hide from the leaderboard. */
@Injectable()
export class Leaderboard {
  constructor(private readonly database: Database) {}

  list({ totalEarned, userId }: LeaderboardPosition = top, limit: number): Promise<LeaderboardRow[]> {
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
