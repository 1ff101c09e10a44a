import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { instant, int, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { keyset } from '../../../platform/http/cursor';
import { SessionLifetime } from './session-lifetime';

const sessionShape = {
  id: text,
  userAgent: text,
  address: text,
  createdAt: instant,
  rotatedAt: instant,
  expiresAt: instant,
};
export type ActiveSession = Row<typeof sessionShape>;

const newestFirst = keyset('sessions:newest', [z.iso.datetime(), z.uuid()]);
/** The first page begins here because every session started before this time. */
const maxCreatedAt = '9999-12-31T23:59:59.999Z';
const isActiveSql = 'user_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND rotated_at > $3';

/** Lists the sessions of a person that have not ended, newest first. */
@Injectable()
export class ActiveSessions {
  constructor(
    private readonly database: Database,
    private readonly lifetime: SessionLifetime,
  ) {}

  /** Returns up to `limit` sessions after the cursor. */
  async list(userId: number, cursor: string | undefined, limit: number): Promise<ActiveSession[]> {
    const [createdAt, id] = newestFirst.read(cursor) ?? [maxCreatedAt, ''];
    const rows = await this.database.rows(
      sessionShape,
      `SELECT id, user_agent AS "userAgent", address, created_at AS "createdAt", rotated_at AS "rotatedAt",
         expires_at AS "expiresAt"
       FROM users_session WHERE ${isActiveSql} AND (created_at, id) < ($4, $5) ORDER BY created_at DESC, id DESC LIMIT $6`,
      [...this.activeValues(userId), new Date(createdAt), id, limit],
    );
    return rows.map((session) => ({ ...session, expiresAt: this.lifetime.expiryWithoutRefresh(session) }));
  }

  async count(userId: number): Promise<number> {
    const sql = `SELECT count(*) AS total FROM users_session WHERE ${isActiveSql}`;
    const row = await this.database.row({ total: int }, sql, this.activeValues(userId));
    return row?.total ?? 0;
  }

  /** The values of the placeholders in `isActiveSql`. */
  private activeValues(userId: number): [number, Date, Date] {
    const now = this.lifetime.now();
    return [userId, now, this.lifetime.idleCutoff(now)];
  }

  readonly cursorAfter = ({ createdAt, id }: ActiveSession): string => newestFirst.after(createdAt.toISOString(), id);
}
