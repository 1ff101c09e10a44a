import { setImmediate as nextLoopIteration } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { json } from '../database/columns';
import { Database } from '../database/database';
import { errorLine } from '../errors/loggable-error';
import { Clock } from '../time/clock';
import type { AfterCommitHandler, DomainEvent, EventClass } from './domain-event';
import { maxAttempts, OutboxRows, type DueRow, type PendingEvent } from './outbox-rows';

interface RegisteredHandler {
  handler: AfterCommitHandler<DomainEvent>;
  events: Map<string, EventClass>;
}

/** The key under which a transaction notes its pending events. */
const pendingKey = Symbol('outbox');
const maxBatchSize = 50;

/** Stores events until their after-commit handlers have run. Each event has one row for each of its handlers, which is deleted at delivery. */
@Injectable()
export class Outbox {
  private readonly log = new Logger('Outbox');
  private readonly handlers = new Map<string, RegisteredHandler>();
  /** The number of rows for the next delivery. It is set to 1 after a failure, to find the row that fails, and doubles with each success. */
  private batchSize = 1;
  /** Called after a commit that wrote rows. The worker of this process sets it, if there is one. */
  onRowsWritten: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly rows: OutboxRows,
    private readonly clock: Clock,
  ) {}

  register(name: string, event: EventClass, handler: AfterCommitHandler<DomainEvent>): void {
    const registered = this.handlers.get(name) ?? { handler, events: new Map<string, EventClass>() };
    // Rows refer to their handler by its name, so two handlers with the same name would be mixed up.
    if (registered.handler !== handler) throw new Error(`Two after-commit handlers are named ${name}`);
    registered.events.set(event.type, event);
    this.handlers.set(name, registered);
  }

  /** Adds events to the rows that one statement writes just before the commit of the open transaction. */
  add(handler: string, events: DomainEvent[]): void {
    const unit = this.database.unit();
    let pending = unit.notes.get(pendingKey) as PendingEvent[] | undefined;
    if (!pending) {
      const added: PendingEvent[] = [];
      pending = added;
      unit.notes.set(pendingKey, added);
      this.database.beforeCommit(() => this.rows.enqueue(added));
      this.database.afterCommit(() => this.onRowsWritten());
    }
    const publishedAt = this.clock.now();
    pending.push(...events.map((event) => ({ handler, event, publishedAt })));
  }

  /**
   * Delivers the next rows that are due. Rows that fail stay and are due again later.
   * @returns the number of attempts; null if no row is due
   */
  async deliverNext(): Promise<number | null> {
    let rows: DueRow[] = [];
    try {
      await this.database.transaction(async () => {
        rows = [];
        rows = this.firstBatch(await this.rows.lockDueRows(this.batchSize));
        if (rows.length === 0) return;
        await this.callHandler(rows);
        await this.rows.delete(rows);
      });
    } catch (error) {
      return this.recordFailure(rows, error);
    }
    this.batchSize = Math.min(maxBatchSize, Math.max(1, rows.length * 2));
    return rows.length || null;
  }

  /** Delivers until no row is due, or until `shouldContinue` returns false. @returns the number of attempts */
  async drain(shouldContinue = (): boolean => true): Promise<number> {
    let attemptCount = 0;
    while (shouldContinue()) {
      const count = await this.deliverNext();
      if (count === null) break;
      attemptCount += count;
      // On SQLite a delivery never waits for I/O, so without this pause all other work would wait until the last row is delivered.
      await nextLoopIteration();
    }
    return attemptCount;
  }

  /** Returns the first row, and also the following rows of the same handler if that can handle many events. */
  private firstBatch(due: DueRow[]): DueRow[] {
    const name = due[0]?.handler ?? '';
    const canHandleMany = this.handlers.get(name)?.handler.handleAll !== undefined;
    if (!canHandleMany) return due.slice(0, 1);
    const end = due.findIndex((row) => row.handler !== name);
    return end === -1 ? due : due.slice(0, end);
  }

  private async callHandler(rows: DueRow[]): Promise<void> {
    const events = rows.map((row) => this.eventOf(row));
    const { handler } = this.handlers.get(rows[0]!.handler)!;
    if (events.length > 1) await handler.handleAll!(events);
    else await handler.handle(events[0]!);
  }

  private eventOf({ handler, type, payload }: DueRow): DomainEvent {
    const eventClass = this.handlers.get(handler)?.events.get(type);
    if (!eventClass) throw new Error(`There is no handler ${handler} for events of type ${type}`);
    const decoded = json(payload);
    if (typeof decoded !== 'object' || decoded === null) throw new Error('The payload is not a JSON object');
    return new eventClass(decoded as never);
  }

  /** Records the failure of one row. If several rows failed together, none is recorded, and they are delivered one by one to find the one that fails. */
  private async recordFailure(rows: DueRow[], error: unknown): Promise<number> {
    const row = rows[0];
    if (!row) throw error;
    this.batchSize = 1;
    if (rows.length > 1) return 0;
    const attempts = await this.rows.postpone(row, errorLine(error));
    const failure = `Delivery of event ${row.id} (${row.type}) to ${row.handler} failed`;
    if (attempts === 1) this.log.warn(`${failure}; it is retried`, error);
    if (attempts >= maxAttempts) this.log.error(`${failure} in ${attempts} attempts; it waits for an operator`, error);
    return 1;
  }
}
