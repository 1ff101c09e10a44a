import { Injectable } from '@nestjs/common';
import { bool, instant, int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { UserNotFound } from '../users.errors';
import { BlockOfOneself, TooManyBlocks } from './blocks.errors';

export const maxBlocks = 1_000;

const blockShape = { id: int, userId: int, username: text, createdAt: instant };
export type BlockRow = Row<typeof blockShape>;

/** The people that a person has blocked. Only that person can see the list, and nobody is notified of a block. */
@Injectable()
export class Blocks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Blocks a person. A repeated call changes nothing. @throws BlockOfOneself, UserNotFound, TooManyBlocks */
  async block(userId: number, blockedId: number): Promise<void> {
    if (userId === blockedId) throw new BlockOfOneself();
    await this.database.transaction(async () => {
      const person = await this.database.row(
        { isFull: bool },
        `SELECT (SELECT count(*) FROM users_block b WHERE b.user_id = $1) >= ${maxBlocks} AS "isFull"
         FROM users_user WHERE id = $2`,
        [userId, blockedId],
      );
      if (!person) throw new UserNotFound();
      if (person.isFull) throw new TooManyBlocks(`You can block at most ${maxBlocks} people.`);
      await this.database.run(
        `INSERT INTO users_block (user_id, blocked_id, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id, blocked_id) DO NOTHING`,
        [userId, blockedId, this.clock.now()],
      );
    });
  }

  /** Unblocks a person. If the person is not blocked, nothing changes. @throws UserNotFound */
  async unblock(userId: number, blockedId: number): Promise<void> {
    await this.database.transaction(async () => {
      const sql = 'DELETE FROM users_block WHERE user_id = $1 AND blocked_id = $2';
      const unblockedCount = await this.database.run(sql, [userId, blockedId]);
      if (unblockedCount > 0) return;
      const person = await this.database.row({ id: int }, 'SELECT id FROM users_user WHERE id = $1', [blockedId]);
      if (!person) throw new UserNotFound();
    });
  }

  /** Returns up to `limit` blocks with an id below `beforeId`, newest first. */
  list(userId: number, beforeId: number | undefined, limit: number): Promise<BlockRow[]> {
    return this.database.rows(
      blockShape,
      `SELECT b.id, u.id AS "userId", u.username, b.created_at AS "createdAt"
       FROM users_block b JOIN users_user u ON u.id = b.blocked_id
       WHERE b.user_id = $1 AND b.id < $2 ORDER BY b.id DESC LIMIT $3`,
      [userId, beforeId ?? Number.MAX_SAFE_INTEGER, limit],
    );
  }

  async count(userId: number): Promise<number> {
    const sql = 'SELECT count(*) AS total FROM users_block WHERE user_id = $1';
    const row = await this.database.row({ total: int }, sql, [userId]);
    return row?.total ?? 0;
  }
}
