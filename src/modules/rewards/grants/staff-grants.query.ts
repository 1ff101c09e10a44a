import { Injectable } from '@nestjs/common';
import { int, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { GrantNotFound } from './grants.errors';
import type { GrantState } from './staff-grant.entity';
import { grantColumns, grantShape, type GrantRow } from './staff-grants';

/** What waits for a second administrator, and what became of it. */
@Injectable()
export class StaffGrantList {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  page(state: GrantState | undefined, before: number | undefined, count: number): Promise<GrantRow[]> {
    const values: Value[] = [before ?? Number.MAX_SAFE_INTEGER];
    const ofState = state ? ` AND state = $${values.push(state)}` : '';
    return this.database.rows(
      grantShape,
      `SELECT ${grantColumns} FROM rewards_staffgrant WHERE id < $1${ofState} ORDER BY id DESC LIMIT ${count}`,
      values,
    );
  }

  async count(state: GrantState | undefined): Promise<number> {
    const where = state ? 'WHERE state = $1' : '';
    const sql = `SELECT count(*) AS total FROM rewards_staffgrant ${where}`;
    return (await this.database.row({ total: int }, sql, state ? [state] : []))?.total ?? 0;
  }

  /** With everybody it names. @throws GrantNotFound */
  async one(grantId: number): Promise<{ grant: GrantRow; userIds: number[] }> {
    const sql = `SELECT ${grantColumns} FROM rewards_staffgrant WHERE id = $1`;
    const grant = await this.database.row(grantShape, sql, [grantId]);
    if (!grant) throw new GrantNotFound();
    const people = await this.database.rows(
      { userId: int },
      'SELECT user_id AS "userId" FROM rewards_staffgrantrecipient WHERE grant_id = $1 ORDER BY user_id',
      [grantId],
    );
    return { grant, userIds: people.map(({ userId }) => userId) };
  }
}
