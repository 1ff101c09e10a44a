import { Injectable } from '@nestjs/common';
import { instant, int, text, type Row } from '../database/columns';
import { Database } from '../database/database';
import { columnsOf } from '../database/entity-columns';
import { enqueueEntities, placeholders } from '../database/insert-rows';
import { workerNowSql } from '../database/worker-now';
import { storedError } from '../errors/stored-error';
import { Clock } from '../time/clock';
import type { DomainEvent } from './domain-event';
import { OutboxRow } from './outbox.entity';

export interface PendingEvent {
  handler: string;
  event: DomainEvent;
  publishedAt: Date;
}

/** The payload is decoded later, because a row whose payload cannot be decoded must be counted as failed like other failures. */
const dueShape = { id: int, handler: text, type: text, payload: (value: unknown) => value, attempts: int };
export type DueRow = Row<typeof dueShape>;

const pendingColumns = columnsOf(OutboxRow, ['handler', 'eventType', 'payload', 'createdAt', 'dueAt', 'turn']);

export const maxAttempts = 12;
/** In a transaction with more events than this, the later events are delivered after newer events of other transactions. */
const maxOrderedCount = 20;
const bulkStepMs = 1_000;

/** The statements of the outbox. */
@Injectable()
export class OutboxRows {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Inserts the rows of one transaction in as few statements as possible, which are sent with the COMMIT. Rows are delivered in the order of `turn`, a time. In a
   * large transaction the `turn` of each further row is one second later, so that the events of other users do not have to wait.
   */
  enqueue(rows: readonly PendingEvent[]): void {
    const pending = rows.map(({ handler, event: { type, payload }, publishedAt }, index) => {
      const stepCount = Math.max(0, index - maxOrderedCount + 1);
      const turn = publishedAt.getTime() + stepCount * bulkStepMs;
      return { handler, eventType: type, payload, createdAt: publishedAt, dueAt: publishedAt, turn };
    });
    enqueueEntities(this.database, pendingColumns, pending);
  }

  /** Locks the next rows that are due. A row without an attempt is always due, because its time is from the publisher's clock, which may be wrong. */
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
   * Delays the next attempt by 2, 4, 8 … seconds, at most an hour. After the last attempt the row is dead, which means that it waits
   * for the decision of an operator.
   * @returns the number of attempts
   */
  async postpone(row: DueRow, error: string): Promise<number> {
    const attempts = row.attempts + 1;
    const now = await this.now();
    const delaySeconds = Math.min(3_600, 2 ** attempts);
    const dueAt = new Date(now.getTime() + delaySeconds * 1_000);
    const deadAt = attempts >= maxAttempts ? now : null;
    await this.database.transaction(() =>
      this.database.run(
        `UPDATE platform_outbox SET attempts = $2, due_at = $3, turn = $4, dead_at = $5, last_error = $6 WHERE id = $1`,
        [row.id, attempts, dueAt, dueAt.getTime(), deadAt, storedError(error)],
      ),
    );
    return attempts;
  }

  private get nowSql(): string {
    return workerNowSql(this.database.dialect);
  }

  private async now(): Promise<Date> {
    const row = await this.database.row({ now: instant }, `SELECT ${this.nowSql} AS now`, [this.clock.moved]);
    return row!.now;
  }
}
