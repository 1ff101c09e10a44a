import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { AuditLog } from '../audit/audit-log';
import { int, text, type Row } from '../database/columns';
import { Database } from '../database/database';
import { columnsOf } from '../database/entity-columns';
import { insertEntities, placeholders } from '../database/insert-rows';
import { keyset } from '../http/cursor';
import { toPage, type Page } from '../http/pagination';
import { Clock } from '../time/clock';
import { EventNotFound } from './events.errors';
import { OutboxDecision, OutboxRow } from './outbox.entity';

const outbox = columnsOf(OutboxRow).without('eventType', 'payload', 'turn');
const shape = { ...outbox.shape, type: text, payload: text };
export type UndeliveredRow = Row<typeof shape>;

export const outboxStatuses = ['waiting', 'failing', 'dead'] as const;
export type OutboxStatus = (typeof outboxStatuses)[number];

/** The decision of an operator about undelivered events. `by` is the user's id, or null for the command line. */
export interface Decision {
  decision: 'retry' | 'discard';
  reason: string;
  by: number | null;
}

/** The ids of events, or 'dead' for all events whose delivery is no longer retried. */
type EventSelection = readonly number[] | 'dead';

interface PageRequest {
  limit: number;
  cursor?: string | undefined;
  withTotal: boolean;
  status?: OutboxStatus | undefined;
}

const conditionsSql: Record<OutboxStatus | 'all', string> = {
  all: '1 = 1',
  waiting: 'dead_at IS NULL AND attempts = 0',
  failing: 'dead_at IS NULL AND attempts > 0',
  dead: 'dead_at IS NOT NULL',
};
const columnsSql = `${outbox.columns()}, event_type AS type, CAST(payload AS text) AS payload`;
const decisionColumns = columnsOf(OutboxDecision).without('id');
const oldestFirst = keyset('outbox:oldest', [z.int()]);

/** Lists undelivered events for operators, and applies their decisions. */
@Injectable()
export class OutboxAdministration {
  private readonly log = new Logger('Outbox');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly auditLog: AuditLog,
  ) {}

  async list<T>({ limit, cursor, withTotal, status }: PageRequest, show: (row: UndeliveredRow) => T): Promise<Page<T>> {
    const conditionSql = conditionsSql[status ?? 'all'];
    const [lastSeenId] = oldestFirst.read(cursor) ?? [0];
    const rows = await this.database.rows(
      shape,
      `SELECT ${columnsSql} FROM platform_outbox WHERE ${conditionSql} AND id > $1 ORDER BY id LIMIT $2`,
      [lastSeenId, limit + 1],
    );
    const countSql = `SELECT count(*) AS count FROM platform_outbox WHERE ${conditionSql}`;
    const total = withTotal ? (await this.database.row({ count: int }, countSql))!.count : undefined;
    return toPage(rows, limit, ({ id }) => oldestFirst.after(id), show, total);
  }

  /**
   * Retries events as if they were new, or discards them. The decision applies to all selected events or to none. If rows are being
   * delivered, this method waits for the end of that delivery.
   * @returns the number of events
   * @throws EventNotFound if one was already delivered or discarded
   */
  async decide(selection: EventSelection, { decision, reason, by }: Decision): Promise<number> {
    const rows = await this.database.transaction(async () => {
      const changedRows = await this.apply(selection, decision);
      if (selection !== 'dead') requireEachId(selection, changedRows);
      const now = this.clock.now();
      const records = changedRows.map(({ id, handler, type, payload, lastError }) => ({
        outboxId: id,
        handler,
        eventType: type,
        payload,
        lastError,
        decision,
        reason,
        decidedBy: by,
        decidedAt: now,
      }));
      await insertEntities(this.database, decisionColumns, records);
      const action = `operations.event-${decision === 'retry' ? 'retried' : 'discarded'}`;
      this.auditLog.recordEach(
        action,
        'outbox',
        changedRows.map(({ id }) => id),
      );
      return changedRows;
    });
    const decidedBy = by === null ? 'the command line' : `user ${by}`;
    for (const { id, type, handler } of rows)
      this.log.warn(`Event ${id} (${type}) for ${handler}: ${decision}, decided by ${decidedBy}: ${reason}`);
    return rows.length;
  }

  private apply(selection: EventSelection, decision: Decision['decision']): Promise<UndeliveredRow[]> {
    const now = this.clock.now();
    const [changeSql, values] =
      decision === 'discard'
        ? ['DELETE FROM platform_outbox', []]
        : ['UPDATE platform_outbox SET attempts = 0, dead_at = NULL, due_at = $1, turn = $2', [now, now.getTime()]];
    const ids = selection === 'dead' ? [] : selection;
    const conditionSql =
      selection === 'dead' ? conditionsSql.dead : `id IN (${placeholders(ids.length, values.length + 1)})`;
    return this.database.rows(shape, `${changeSql} WHERE ${conditionSql} RETURNING ${columnsSql}`, [...values, ...ids]);
  }
}

function requireEachId(ids: readonly number[], rows: readonly UndeliveredRow[]): void {
  const existingIds = new Set(rows.map(({ id }) => id));
  const missingIds = ids.filter((id) => !existingIds.has(id));
  if (missingIds.length > 0) throw new EventNotFound(`The outbox has no event ${missingIds.join(', ')}.`);
}
