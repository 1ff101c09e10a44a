import { Injectable } from '@nestjs/common';
import { int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';

const shape = { userId: int, username: text, totalEarned: int };
export type LeaderboardRow = Row<typeof shape>;

/** Where a page goes on: after this total and this person. */
export type LeaderboardPlace = Pick<LeaderboardRow, 'totalEarned' | 'userId'>;

const top: LeaderboardPlace = { totalEarned: Number.MAX_SAFE_INTEGER, userId: Number.MAX_SAFE_INTEGER };

/** A JSON true: `true` as text on one engine, 1 on the other. */
const isHidden = `COALESCE(CAST(s.privacy_settings ->> 'hideFromLeaderboard' AS varchar(5)), '') IN ('true', '1')`;

/** Who has earned the most coins, in the order of its index; without those who wish to be left out. */
@Injectable()
export class Leaderboard {
  constructor(private readonly database: Database) {}

  list({ totalEarned, userId }: LeaderboardPlace = top, count: number): Promise<LeaderboardRow[]> {
    const sql = `SELECT p.user_id AS "userId", u.username, p.total_teocoins_earned AS "totalEarned"
       FROM users_userprogress p
       JOIN users_user u ON u.id = p.user_id AND u.is_active
       JOIN users_usersettings s ON s.user_id = p.user_id
       WHERE p.total_teocoins_earned > 0 AND NOT ${isHidden}
         AND (p.total_teocoins_earned, p.user_id) < (CAST($1 AS bigint), CAST($2 AS bigint))
       ORDER BY p.total_teocoins_earned DESC, p.user_id DESC LIMIT $3`;
    return this.database.readFromReplica(() => this.database.rows(shape, sql, [totalEarned, userId, count]));
  }
}
