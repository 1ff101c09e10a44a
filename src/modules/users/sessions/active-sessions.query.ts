import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { keyset } from '../../../platform/http/cursor';
import { SessionNotFound } from '../users.errors';
import { SessionLifetime } from './session-lifetime';
import { Session } from './session.entity';

const session = columnsOf(Session, [
  'id',
  'name',
  'userAgent',
  'address',
  'lastAddress',
  'createdAt',
  'rotatedAt',
  'expiresAt',
]);
export type ActiveSession = Row<typeof session.shape>;

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
      session.shape,
      `SELECT ${session.columns()}
       FROM users_session WHERE ${isActiveSql} AND (created_at, id) < ($4, $5) ORDER BY created_at DESC, id DESC LIMIT $6`,
      [...this.activeValues(userId), new Date(createdAt), id, limit],
    );
    return rows.map((row) => ({ ...row, expiresAt: this.lifetime.expiryWithoutRefresh(row) }));
  }

  /** @throws SessionNotFound */
  async get(userId: number, sessionId: string): Promise<ActiveSession> {
    const sql = `SELECT ${session.columns()} FROM users_session WHERE ${isActiveSql} AND id = $4`;
    const row = await this.database.row(session.shape, sql, [...this.activeValues(userId), sessionId]);
    if (!row) throw new SessionNotFound();
    return { ...row, expiresAt: this.lifetime.expiryWithoutRefresh(row) };
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
