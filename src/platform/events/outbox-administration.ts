import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { instant, int, nullable, text, type Row } from '../database/columns';
import { Database } from '../database/database';
import { keyset } from '../http/cursor';
import { toPage, type Page } from '../http/pagination';
import { Clock } from '../time/clock';
import { EventNotFound } from './events.errors';

const shape = {
  ...{ id: int, handler: text, type: text, attempts: int, createdAt: instant, dueAt: instant, lastError: text },
  ...{ deadAt: nullable(instant), payload: text },
};
export type Undelivered = Row<typeof shape>;

export const outboxStates = ['waiting', 'failing', 'dead'] as const;
export type OutboxState = (typeof outboxStates)[number];

/** What operators may decide, by whom and why. `by`: null is the command line. */
export interface Decision {
  decision: 'retry' | 'discard';
  reason: string;
  by: number | null;
}

interface Asked {
  limit: number;
  cursor?: string | undefined;
  withTotal: boolean;
  state?: OutboxState | undefined;
}

const conditions: Record<OutboxState | 'all', string> = {
  all: '1 = 1',
  waiting: 'dead_at IS NULL AND attempts = 0',
  failing: 'dead_at IS NULL AND attempts > 0',
  dead: 'dead_at IS NOT NULL',
};
const columns = `id, handler, event_type AS type, attempts, created_at AS "createdAt", due_at AS "dueAt",
  dead_at AS "deadAt", last_error AS "lastError", CAST(payload AS text) AS payload`;
const byId = keyset('outbox:oldest', [z.int()]);

/** Events that were not delivered, for those who look after the school. */
@Injectable()
export class OutboxAdministration {
  private readonly log = new Logger('Outbox');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async page<T>({ limit, cursor, withTotal, state }: Asked, show: (row: Undelivered) => T): Promise<Page<T>> {
    const where = conditions[state ?? 'all'];
    const [after] = byId.read(cursor) ?? [0];
    const rows = await this.database.rows(
      shape,
      `SELECT ${columns} FROM platform_outbox WHERE ${where} AND id > $1 ORDER BY id LIMIT $2`,
      [after, limit + 1],
    );
    const count = `SELECT count(*) AS count FROM platform_outbox WHERE ${where}`;
    const total = withTotal ? (await this.database.row({ count: int }, count))!.count : undefined;
    return toPage(rows, limit, ({ id }) => byId.after(id), show, total);
  }

  /**
   * Delivers an event again as if it were fresh, or never. A row under delivery is waited for.
   * @throws EventNotFound: it was delivered, or discarded
   */
  async decide(id: number, { decision, reason, by }: Decision): Promise<void> {
    const row = await this.database.transaction(async () => {
      const found = await this.database.row(shape, this.statementOf(decision), this.valuesOf(decision, id));
      if (!found) throw new EventNotFound(`No event ${id} waits in the outbox.`);
      const { handler, type, payload, lastError } = found;
      await this.database.run(
        `INSERT INTO platform_outbox_decision
           (outbox_id, handler, event_type, payload, last_error, decision, reason, decided_by, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [id, handler, type, payload, lastError, decision, reason, by, this.clock.now()],
      );
      return found;
    });
    const who = by === null ? 'the command line' : `person ${by}`;
    this.log.warn(`Event ${id} (${row.type}) for ${row.handler}: ${decision}, decided by ${who}: ${reason}`);
  }

  /** The ids of all dead rows. */
  async dead(): Promise<number[]> {
    const rows = await this.database.rows(
      { id: int },
      `SELECT id FROM platform_outbox WHERE ${conditions.dead} ORDER BY id`,
    );
    return rows.map(({ id }) => id);
  }

  private statementOf(decision: Decision['decision']): string {
    return decision === 'discard'
      ? `DELETE FROM platform_outbox WHERE id = $1 RETURNING ${columns}`
      : `UPDATE platform_outbox SET attempts = 0, dead_at = NULL, due_at = $2, turn = $3 WHERE id = $1 RETURNING ${columns}`;
  }

  private valuesOf(decision: Decision['decision'], id: number): (number | Date)[] {
    const now = this.clock.now();
    return decision === 'discard' ? [id] : [id, now, now.getTime()];
  }
}
