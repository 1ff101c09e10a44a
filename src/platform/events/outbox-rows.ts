import { Injectable } from '@nestjs/common';
import { instant, int, text, type Row } from '../database/columns';
import { Database } from '../database/database';
import { columnsOf } from '../database/entity-columns';
import { insertEntities, placeholders } from '../database/insert-rows';
import { Clock } from '../time/clock';
import type { DomainEvent } from './domain-event';
import { OutboxRow } from './outbox.entity';

export interface PendingEvent {
  handler: string;
  event: DomainEvent;
  publishedAt: Date;
}

/** The payload is not decoded here, because a row whose payload cannot be decoded must be delivered and counted as failed too. */
const dueShape = { id: int, handler: text, type: text, payload: (value: unknown) => value, attempts: int };
export type DueRow = Row<typeof dueShape>;

const pendingColumns = columnsOf(OutboxRow, ['handler', 'eventType', 'payload', 'createdAt', 'dueAt', 'turn']);

export const maxAttempts = 12;
/** The first events of a transaction, up to this number, keep their order. Events of other transactions may be delivered before the later ones. */
const maxOrderedCount = 20;
const bulkStepMs = 1_000;

/** The statements of the outbox. Rows are due by the database's clock, because the processes that deliver have no other common clock. */
@Injectable()
export class OutboxRows {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Inserts the rows of one transaction in as few statements as possible. In a large transaction the `turn` of each row is a second
   * after that of the row before, so that events which others publish in that time are delivered first.
   */
  async write(rows: readonly PendingEvent[]): Promise<void> {
    const pending = rows.map(({ handler, event, publishedAt: at }, index) => {
      const turn = at.getTime() + Math.max(0, index - maxOrderedCount + 1) * bulkStepMs;
      return { handler, eventType: event.type, payload: event.payload, createdAt: at, dueAt: at, turn };
    });
    await insertEntities(this.database, pendingColumns, pending);
  }

  /** Locks the next due rows. A row without an attempt is always due, because the publisher's clock may be wrong. */
  lockDueRows(limit: number): Promise<DueRow[]> {
    return this.database.rows(
      dueShape,
      `SELECT id, handler, event_type AS type, payload, attempts FROM platform_outbox
       WHERE dead_at IS NULL AND (attempts = 0 OR due_at <= ${this.nowSql})
       ORDER BY turn, id LIMIT $2${this.database.dialect.skipLocked}`,
      [this.clock.moved, limit],
    );
  }

  async delete(rows: readonly DueRow[]): Promise<void> {
    const ids = rows.map(({ id }) => id);
    await this.database.run(`DELETE FROM platform_outbox WHERE id IN (${placeholders(ids.length)})`, ids);
  }

  /**
   * Delays the next attempt by 2, 4, 8 … seconds, at most an hour. After the last attempt the row is dead and waits for an operator.
   * @returns the number of attempts
   */
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

  /** If tests or the demo school have moved the clock, its time is used instead of the database's. */
  private get nowSql(): string {
    const { instantType, nowSql } = this.database.dialect;
    return `COALESCE(CAST($1 AS ${instantType}), ${nowSql})`;
  }

  private async now(): Promise<Date> {
    return (await this.database.row({ now: instant }, `SELECT ${this.nowSql} AS now`, [this.clock.moved]))!.now;
  }
}
