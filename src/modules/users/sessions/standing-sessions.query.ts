import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { instant, int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { keyset } from '../../../platform/http/cursor';
import { Clock } from '../../../platform/time/clock';

const shape = {
  id: text,
  userAgent: text,
  address: text,
  createdAt: instant,
  rotatedAt: instant,
  expiresAt: instant,
};
export type StandingSession = Row<typeof shape>;

const newestFirst = keyset('sessions:newest', [z.iso.datetime(), z.uuid()]);
/** Later than every session. */
const endOfTime = '9999-12-31T23:59:59.999Z';
const standing = 'user_id = $1 AND revoked_at IS NULL AND expires_at > $2';

/** Where a person is signed in, the newest first. */
@Injectable()
export class StandingSessions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Up to `limit` sessions after the cursor. */
  rows(userId: number, cursor: string | undefined, limit: number): Promise<StandingSession[]> {
    const [createdAt, id] = newestFirst.read(cursor) ?? [endOfTime, ''];
    return this.database.rows(
      shape,
      `SELECT id, user_agent AS "userAgent", address, created_at AS "createdAt", rotated_at AS "rotatedAt",
         expires_at AS "expiresAt"
       FROM users_session WHERE ${standing} AND (created_at, id) < ($3, $4) ORDER BY created_at DESC, id DESC LIMIT $5`,
      [userId, this.clock.now(), new Date(createdAt), id, limit],
    );
  }

  async count(userId: number): Promise<number> {
    const sql = `SELECT count(*) AS total FROM users_session WHERE ${standing}`;
    return (await this.database.row({ total: int }, sql, [userId, this.clock.now()]))?.total ?? 0;
  }

  readonly cursorAfter = ({ createdAt, id }: StandingSession): string => newestFirst.after(createdAt.toISOString(), id);
}
