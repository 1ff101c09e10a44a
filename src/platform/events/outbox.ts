import { setImmediate as eventLoop } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { json } from '../database/columns';
import { Database } from '../database/database';
import { errorLine } from '../errors/loggable-error';
import { Clock } from '../time/clock';
import type { AfterCommitHandler, DomainEvent, EventClass } from './domain-event';
import { maxAttempts, OutboxRows, type DueRow, type Waiting } from './outbox-rows';

interface Registered {
  handler: AfterCommitHandler<DomainEvent>;
  events: Map<string, EventClass>;
}

const pending = Symbol('outbox');
const maxTogether = 50;

/** Events between their commit and their after-commit handlers: one row for each, gone with its delivery. */
@Injectable()
export class Outbox {
  private readonly log = new Logger('Outbox');
  private readonly handlers = new Map<string, Registered>();
  /** How many rows are looked at together: after a failure one, so that it is known which; then twice what was delivered. */
  private together = 1;
  /** Called after a commit that left rows here; the worker in this process, if any, sets it. */
  onWaiting: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly rows: OutboxRows,
    private readonly clock: Clock,
  ) {}

  register(name: string, event: EventClass, handler: AfterCommitHandler<DomainEvent>): void {
    const registered = this.handlers.get(name) ?? { handler, events: new Map<string, EventClass>() };
    // The name is what the rows carry: with two of them one would never be called.
    if (registered.handler !== handler) throw new Error(`Two after-commit handlers are named ${name}`);
    registered.events.set(event.type, event);
    this.handlers.set(name, registered);
  }

  /** Rows of one transaction are written together, in one statement just before its commit. */
  add(handler: string, events: DomainEvent[]): void {
    const unit = this.database.unit();
    let waiting = unit.notes.get(pending) as Waiting[] | undefined;
    if (!waiting) {
      waiting = [];
      unit.notes.set(pending, waiting);
      const own = waiting;
      this.database.beforeCommit(() => this.rows.write(own));
      this.database.afterCommit(() => this.onWaiting());
    }
    const publishedAt = this.clock.now();
    waiting.push(...events.map((event) => ({ handler, event, publishedAt })));
  }

  /** Delivers the next rows that are due; gives how many were tried, null when none is. A failure leaves them, due later. */
  async deliverNext(): Promise<number | null> {
    let taken: DueRow[] = [];
    try {
      await this.database.transaction(async () => {
        taken = [];
        taken = this.oneDelivery(await this.rows.take(this.together));
        if (taken.length === 0) return;
        await this.hand(taken);
        await this.rows.remove(taken);
      });
    } catch (error) {
      return this.failed(taken, error);
    }
    this.together = Math.min(maxTogether, Math.max(1, taken.length * 2));
    return taken.length || null;
  }

  /** Delivers until nothing is due, or `goesOn` says no; gives how many rows were tried. */
  async drain(goesOn = (): boolean => true): Promise<number> {
    let tried = 0;
    while (goesOn()) {
      const count = await this.deliverNext();
      if (count === null) break;
      tried += count;
      // Nothing on SQLite waits for the event loop, and everybody else would, until the last row is delivered.
      await eventLoop();
    }
    return tried;
  }

  /** The first row, with those behind it that its handler takes together. */
  private oneDelivery(due: DueRow[]): DueRow[] {
    const handler = due[0]?.handler;
    if (!this.handlers.get(handler ?? '')?.handler.handleAll) return due.slice(0, 1);
    const other = due.findIndex((row) => row.handler !== handler);
    return other === -1 ? due : due.slice(0, other);
  }

  private async hand(rows: DueRow[]): Promise<void> {
    const events = rows.map((row) => this.eventOf(row));
    const { handler } = this.handlers.get(rows[0]!.handler)!;
    await (events.length > 1 ? handler.handleAll!(events) : handler.handle(events[0]!));
  }

  private eventOf({ handler, type, payload }: DueRow): DomainEvent {
    const event = this.handlers.get(handler)?.events.get(type);
    if (!event) throw new Error(`No handler ${handler} for ${type} is installed`);
    const decoded = json(payload);
    if (typeof decoded !== 'object' || decoded === null) throw new Error('The payload is no JSON object');
    return new event(decoded as never);
  }

  /** Of several rows it is not known which one failed: they are tried again one by one, and only then counted. */
  private async failed([row, ...more]: DueRow[], error: unknown): Promise<number> {
    if (!row) throw error;
    this.together = 1;
    if (more.length > 0) return 0;
    const attempts = await this.rows.postpone(row, errorLine(error));
    const what = `Event ${row.id} (${row.type}) was not handled by ${row.handler}`;
    if (attempts === 1) this.log.warn(`${what}; it is tried again`, error);
    if (attempts >= maxAttempts) this.log.error(`${what} in ${attempts} attempts: it waits for an operator`, error);
    return 1;
  }
}
