import { Injectable } from '@nestjs/common';
import { instant, int, text, type Row } from '../database/columns';
import { Database } from '../database/database';
import { insertRows, placeholders } from '../database/insert-rows';
import { Clock } from '../time/clock';
import type { DomainEvent } from './domain-event';

export interface Waiting {
  handler: string;
  event: DomainEvent;
  publishedAt: Date;
}

/** The payload as the engine gives it: a row that cannot be decoded must still be counted. */
const due = { id: int, handler: text, type: text, payload: (value: unknown) => value, attempts: int };
export type DueRow = Row<typeof due>;

export const maxAttempts = 12;
/** The first so many events of a transaction keep their place; those beyond are a bulk, and events of others may overtake them. */
const newsCount = 20;
const bulkStepMs = 1_000;

/** The statements of the outbox. Which row is due, the database's clock says: the processes that deliver share no other. */
@Injectable()
export class OutboxRows {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * The rows of one transaction, in as few statements as there can be. In a bulk each row has its turn a second after the one
   * before: what anybody else publishes within that time comes first, and what comes later does not.
   */
  async write(rows: readonly Waiting[]): Promise<void> {
    const columns = ['handler', 'event_type', 'payload', 'created_at', 'due_at', 'turn'];
    const values = rows.map(({ handler, event, publishedAt: at }, index) => {
      const turn = at.getTime() + Math.max(0, index - newsCount + 1) * bulkStepMs;
      return [handler, event.type, event.payload, at, at, turn];
    });
    await insertRows(this.database, 'platform_outbox', columns, values);
  }

  /** Locks the next rows. A fresh row is due whatever the clock of its publisher said. */
  take(limit: number): Promise<DueRow[]> {
    return this.database.rows(
      due,
      `SELECT id, handler, event_type AS type, payload, attempts FROM platform_outbox
       WHERE dead_at IS NULL AND (attempts = 0 OR due_at <= ${this.nowSql})
       ORDER BY turn, id LIMIT $2${this.database.dialect.skipLocked}`,
      [this.clock.moved, limit],
    );
  }

  async remove(rows: readonly DueRow[]): Promise<void> {
    const ids = rows.map(({ id }) => id);
    await this.database.run(`DELETE FROM platform_outbox WHERE id IN (${placeholders(ids.length)})`, ids);
  }

  /** Waits 2, 4, 8 … seconds, at most an hour; after the last attempt the row is dead and waits for a person. */
  async postpone(row: DueRow, error: string): Promise<number> {
    const attempts = row.attempts + 1;
    const now = await this.now();
    const dueAt = new Date(now.getTime() + Math.min(3_600, 2 ** attempts) * 1_000);
    const deadAt = attempts >= maxAttempts ? now : null;
    await this.database.transaction(() =>
      this.database.run(
        `UPDATE platform_outbox SET attempts = $2, due_at = $3, turn = $4, dead_at = $5, last_error = $6 WHERE id = $1`,
        [row.id, attempts, dueAt, dueAt.getTime(), deadAt, error.slice(0, 2_000)],
      ),
    );
    return attempts;
  }

  /** The clock of tests and of the demo school, where it was moved, comes first. */
  private get nowSql(): string {
    const { instantType, now } = this.database.dialect;
    return `COALESCE(CAST($1 AS ${instantType}), ${now})`;
  }

  private async now(): Promise<Date> {
    return (await this.database.row({ now: instant }, `SELECT ${this.nowSql} AS now`, [this.clock.moved]))!.now;
  }
}
