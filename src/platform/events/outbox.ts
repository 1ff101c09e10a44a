import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { insertRows } from '../database/insert-rows';
import { int, jsonOf, text } from '../database/columns';
import { Clock } from '../time/clock';
import type { AfterCommitHandler, DomainEvent, EventClass } from './domain-event';

interface Waiting {
  handler: string;
  event: DomainEvent;
  publishedAt: Date;
}

interface Registered {
  handler: AfterCommitHandler<DomainEvent>;
  events: Map<string, EventClass>;
}

const pending = Symbol('outbox');
const maxAttempts = 12;
const delivery = { id: int, handler: text, type: text, payload: jsonOf<object>(), attempts: int };

/** Events between their commit and their after-commit handlers: one row for each, gone with its delivery. */
@Injectable()
export class Outbox {
  private readonly handlers = new Map<string, Registered>();
  /** Called after a commit that left rows here; the worker in this process, if any, sets it. */
  onWaiting: () => void = () => undefined;

  constructor(
    private readonly database: Database,
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
    let rows = unit.notes.get(pending) as Waiting[] | undefined;
    if (!rows) {
      rows = [];
      unit.notes.set(pending, rows);
      const own = rows;
      this.database.beforeCommit(() => this.write(own));
      this.database.afterCommit(() => this.onWaiting());
    }
    const publishedAt = this.clock.now();
    rows.push(...events.map((event) => ({ handler, event, publishedAt })));
  }

  /** Delivers one due row; false when none is due. A failure leaves the row, due later. */
  async deliverNext(): Promise<boolean> {
    let taken: { id: number; attempts: number } | undefined;
    try {
      return await this.database.transaction(async () => {
        const row = await this.take();
        if (!row) return false;
        taken = row;
        await this.hand(row);
        return true;
      });
    } catch (error) {
      if (!taken) throw error;
      await this.postpone(taken, error);
      return true;
    }
  }

  /** Delivers until nothing is due; gives how many rows were tried. */
  async drain(): Promise<number> {
    let tried = 0;
    while (await this.deliverNext()) tried++;
    return tried;
  }

  private take(): Promise<
    { id: number; handler: string; type: string; payload: object; attempts: number } | undefined
  > {
    const due = `SELECT id FROM platform_outbox WHERE due_at <= $1 AND dead_at IS NULL ORDER BY due_at, id LIMIT 1`;
    return this.database.row(
      delivery,
      `DELETE FROM platform_outbox WHERE id = (${due}${this.database.dialect.skipLocked})
       RETURNING id, handler, event_type AS type, payload, attempts`,
      [this.clock.now()],
    );
  }

  private async hand(row: { handler: string; type: string; payload: object }): Promise<void> {
    const registered = this.handlers.get(row.handler);
    const event = registered?.events.get(row.type);
    if (!registered || !event) throw new Error(`No handler ${row.handler} for ${row.type} is installed`);
    await registered.handler.handle(new event(row.payload as never));
  }

  /** Waits 2, 4, 8 … seconds, at most an hour; after the last attempt the row is dead and waits for a person. */
  private async postpone(row: { id: number; attempts: number }, error: unknown): Promise<void> {
    const attempts = row.attempts + 1;
    const now = this.clock.now();
    const dueAt = new Date(now.getTime() + Math.min(3_600, 2 ** attempts) * 1_000);
    await this.database.transaction(() =>
      this.database.run(
        'UPDATE platform_outbox SET attempts = $2, due_at = $3, dead_at = $4, last_error = $5 WHERE id = $1',
        [row.id, attempts, dueAt, attempts >= maxAttempts ? now : null, String(error).slice(0, 2_000)],
      ),
    );
  }

  private async write(rows: Waiting[]): Promise<void> {
    const columns = ['handler', 'event_type', 'payload', 'created_at', 'due_at'];
    const values = rows.map(({ handler, event, publishedAt: at }) => [handler, event.type, event.payload, at, at]);
    await insertRows(this.database, 'platform_outbox', columns, values);
  }
}
