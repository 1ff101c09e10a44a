import { Injectable } from '@nestjs/common';
import { int, nullable, text } from '../../database/columns';
import { Database } from '../../database/database';
import { Clock } from '../../time/clock';
import { IdempotencyKeyReused } from '../problems/http.errors';

export interface Claim {
  userId: number;
  key: string;
  requestHash: string;
}

interface StoredResponse {
  status: number;
  body: unknown;
}

const recordColumns = { requestHash: text, status: nullable(int), body: nullable(text) };

@Injectable()
export class IdempotencyRecords {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Claims the key for the open transaction and returns null, or returns the response stored for the key. A concurrent
   * duplicate waits for the unique index (PostgreSQL) or in the write queue (SQLite).
   * @throws IdempotencyKeyReused when the key was used for another request
   */
  async claim({ userId, key, requestHash }: Claim): Promise<StoredResponse | null> {
    const inserted = await this.database.row(
      { id: int },
      `INSERT INTO platform_idempotency (user_id, key, request_hash, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id, key) DO NOTHING RETURNING id`,
      [userId, key, requestHash, this.clock.now()],
    );
    if (inserted) return null;
    const record = await this.database.row(
      recordColumns,
      'SELECT request_hash AS "requestHash", status, body FROM platform_idempotency WHERE user_id = $1 AND key = $2',
      [userId, key],
    );
    if (record?.requestHash !== requestHash) throw new IdempotencyKeyReused('Choose a new key for a new request.');
    return { status: record.status ?? 200, body: record.body === null ? undefined : JSON.parse(record.body) };
  }

  /** Stores the response in the transaction of its effect. */
  async store({ userId, key }: Claim, { status, body }: StoredResponse): Promise<void> {
    await this.database.run('UPDATE platform_idempotency SET status = $3, body = $4 WHERE user_id = $1 AND key = $2', [
      userId,
      key,
      status,
      body === undefined ? null : JSON.stringify(body),
    ]);
  }

  /** Deletes the keys and responses of a person, in the transaction of the caller. */
  async forget(userId: number): Promise<void> {
    await this.database.run('DELETE FROM platform_idempotency WHERE user_id = $1', [userId]);
  }

  /** Deletes the keys claimed before `before` and returns their count. */
  deleteOlderThan(before: Date): Promise<number> {
    return this.database.transaction(() =>
      this.database.run('DELETE FROM platform_idempotency WHERE created_at < $1', [before]),
    );
  }
}
