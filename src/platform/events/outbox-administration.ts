import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { instant, int, nullable, text, type Row } from '../database/columns';
import { Database } from '../database/database';
import { insertRows, placeholders } from '../database/insert-rows';
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

/** By their ids, or all that were given up. */
export type Chosen = readonly number[] | 'dead';

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
const decisionColumns = [
  'outbox_id',
  'handler',
  'event_type',
  'payload',
  'last_error',
  'decision',
  'reason',
  'decided_by',
  'decided_at',
];
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
   * Delivers events again as if they were fresh, or never: all that are chosen, or none. Rows under delivery are waited for.
   * @returns how many
   * @throws EventNotFound: one was delivered, or discarded
   */
  async decide(chosen: Chosen, { decision, reason, by }: Decision): Promise<number> {
    const rows = await this.database.transaction(async () => {
      const taken = await this.take(chosen, decision);
      if (chosen !== 'dead') requireAll(chosen, taken);
      const now = this.clock.now();
      const records = taken.map(({ id, handler, type, payload, lastError }) => [
        id,
        handler,
        type,
        payload,
        lastError,
        decision,
        reason,
        by,
        now,
      ]);
      await insertRows(this.database, 'platform_outbox_decision', decisionColumns, records);
      return taken;
    });
    const who = by === null ? 'the command line' : `person ${by}`;
    for (const { id, type, handler } of rows)
      this.log.warn(`Event ${id} (${type}) for ${handler}: ${decision}, decided by ${who}: ${reason}`);
    return rows.length;
  }

  private take(chosen: Chosen, decision: Decision['decision']): Promise<Undelivered[]> {
    const now = this.clock.now();
    const [change, values] =
      decision === 'discard'
        ? ['DELETE FROM platform_outbox', []]
        : ['UPDATE platform_outbox SET attempts = 0, dead_at = NULL, due_at = $1, turn = $2', [now, now.getTime()]];
    const ids = chosen === 'dead' ? [] : chosen;
    const where = chosen === 'dead' ? conditions.dead : `id IN (${placeholders(ids.length, values.length + 1)})`;
    return this.database.rows(shape, `${change} WHERE ${where} RETURNING ${columns}`, [...values, ...ids]);
  }
}

function requireAll(ids: readonly number[], found: readonly Undelivered[]): void {
  const there = new Set(found.map(({ id }) => id));
  const missing = ids.filter((id) => !there.has(id));
  if (missing.length > 0) throw new EventNotFound(`No event ${missing.join(', ')} waits in the outbox.`);
}
