import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { instant, int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { keyset } from '../../../platform/http/cursor';
import { SessionLifetime } from './session-lifetime';

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
const standing = 'user_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND rotated_at > $3';

/** Where a person is signed in, the newest first. */
@Injectable()
export class StandingSessions {
  constructor(
    private readonly database: Database,
    private readonly lifetime: SessionLifetime,
  ) {}

  /** Up to `limit` sessions after the cursor. */
  async rows(userId: number, cursor: string | undefined, limit: number): Promise<StandingSession[]> {
    const [createdAt, id] = newestFirst.read(cursor) ?? [endOfTime, ''];
    const rows = await this.database.rows(
      shape,
      `SELECT id, user_agent AS "userAgent", address, created_at AS "createdAt", rotated_at AS "rotatedAt",
         expires_at AS "expiresAt"
       FROM users_session WHERE ${standing} AND (created_at, id) < ($4, $5) ORDER BY created_at DESC, id DESC LIMIT $6`,
      [...this.standing(userId), new Date(createdAt), id, limit],
    );
    return rows.map((session) => ({ ...session, expiresAt: this.lifetime.endUnused(session) }));
  }

  async count(userId: number): Promise<number> {
    const sql = `SELECT count(*) AS total FROM users_session WHERE ${standing}`;
    return (await this.database.row({ total: int }, sql, this.standing(userId)))?.total ?? 0;
  }

  private standing(userId: number): [number, Date, Date] {
    const now = this.lifetime.now();
    return [userId, now, this.lifetime.idleSince(now)];
  }

  readonly cursorAfter = ({ createdAt, id }: StandingSession): string => newestFirst.after(createdAt.toISOString(), id);
}
