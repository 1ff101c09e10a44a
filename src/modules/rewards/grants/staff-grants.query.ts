import { Injectable } from '@nestjs/common';
import { int, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { GrantNotFound } from './grants.errors';
import type { GrantState } from './staff-grant.entity';
import { grantColumnsSql, grantShape, type GrantRow } from './staff-grants';

/** A pending grant is shown as expired after its time, although its row does not change. */
type ShownGrantState = GrantState | 'expired';

/** Reads the gifts that need a second administrator. */
@Injectable()
export class StaffGrantList {
  constructor(private readonly database: Database) {}

  /** Lists the grants with an id below `beforeId`, newest first. */
  list(
    state: ShownGrantState | undefined,
    now: Date,
    beforeId: number | undefined,
    limit: number,
  ): Promise<GrantRow[]> {
    const values: Value[] = [beforeId ?? Number.MAX_SAFE_INTEGER];
    const stateSql = toStateSql(state, now, values);
    return this.database.rows(
      grantShape,
      `SELECT ${grantColumnsSql} FROM rewards_staffgrant WHERE id < $1 AND ${stateSql} ORDER BY id DESC LIMIT ${limit}`,
      values,
    );
  }

  async count(state: ShownGrantState | undefined, now: Date): Promise<number> {
    const values: Value[] = [];
    const sql = `SELECT count(*) AS total FROM rewards_staffgrant WHERE ${toStateSql(state, now, values)}`;
    const counted = await this.database.row({ total: int }, sql, values);
    return counted?.total ?? 0;
  }

  /** @returns the grant and the ids of its recipients @throws GrantNotFound */
  async get(grantId: number): Promise<{ grant: GrantRow; userIds: number[] }> {
    const sql = `SELECT ${grantColumnsSql} FROM rewards_staffgrant WHERE id = $1`;
    const grant = await this.database.row(grantShape, sql, [grantId]);
    if (!grant) throw new GrantNotFound();
    const recipients = await this.database.rows(
      { userId: int },
      'SELECT user_id AS "userId" FROM rewards_staffgrantrecipient WHERE grant_id = $1 ORDER BY user_id',
      [grantId],
    );
    return { grant, userIds: recipients.map(({ userId }) => userId) };
  }
}

/** Adds the values of the condition to `values`. */
function toStateSql(state: ShownGrantState | undefined, now: Date, values: Value[]): string {
  if (state === undefined) return 'id > 0';
  if (state === 'pending') return `state = 'pending' AND expires_at > $${values.push(now)}`;
  if (state === 'expired') return `state = 'pending' AND expires_at <= $${values.push(now)}`;
  return `state = $${values.push(state)}`;
}
