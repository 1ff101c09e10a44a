import { Injectable } from '@nestjs/common';
import { int, nullable, text } from '../database/columns';
import { Database } from '../database/database';
import { Clock } from '../time/clock';
import { IdempotencyKeyReused } from './http.errors';

export interface Claim {
  userId: number;
  key: string;
  requestHash: string;
}

export interface StoredAnswer {
  status: number;
  body: unknown;
}

const stored = { requestHash: text, status: nullable(int), body: nullable(text) };

@Injectable()
export class IdempotencyRecords {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes the key for the open transaction, or gives the answer it was given before. A twin that arrives meanwhile
   * waits: for the unique index on PostgreSQL, for the writer lane on SQLite. Another request under the same key
   * throws IdempotencyKeyReused.
   */
  async claim({ userId, key, requestHash }: Claim): Promise<StoredAnswer | null> {
    const claimed = await this.database.row(
      { id: int },
      `INSERT INTO platform_idempotency (user_id, key, request_hash, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id, key) DO NOTHING RETURNING id`,
      [userId, key, requestHash, this.clock.now()],
    );
    if (claimed) return null;
    const before = await this.database.row(
      stored,
      'SELECT request_hash AS "requestHash", status, body FROM platform_idempotency WHERE user_id = $1 AND key = $2',
      [userId, key],
    );
    if (before?.requestHash !== requestHash) throw new IdempotencyKeyReused('Choose a new key for a new request.');
    return { status: before.status ?? 200, body: before.body === null ? undefined : JSON.parse(before.body) };
  }

  /** Keeps the answer, in the transaction of its effect. */
  async keep({ userId, key }: Claim, { status, body }: StoredAnswer): Promise<void> {
    await this.database.run('UPDATE platform_idempotency SET status = $3, body = $4 WHERE user_id = $1 AND key = $2', [
      userId,
      key,
      status,
      body === undefined ? null : JSON.stringify(body),
    ]);
  }

  /** Forgets the keys taken before an instant; gives their number. */
  expire(before: Date): Promise<number> {
    return this.database.transaction(() =>
      this.database.run('DELETE FROM platform_idempotency WHERE created_at < $1', [before]),
    );
  }
}
