import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { auditEntry, type AuditEntryRow } from '../../platform/audit/audit-chain';
import { int, type Value } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { keyset } from '../../platform/http/cursor';
import { toPage, type Page } from '../../platform/http/pagination';
import type { AuditEntryQuery } from './audit-entries.dto';

const { shape } = auditEntry;

const newestFirst = keyset('audit-entries:newest', [z.iso.datetime(), z.int()]);
/** The position before the newest entry, where the first page begins. */
const firstPosition = ['9999-12-31T00:00:00.000Z', Number.MAX_SAFE_INTEGER] as const;

/** Lists the audit log, newest first. */
@Injectable()
export class AuditEntries {
  constructor(private readonly database: Database) {}

  async list<T>(query: AuditEntryQuery, show: (row: AuditEntryRow) => T): Promise<Page<T>> {
    const { limit, cursor, withTotal } = query;
    const values: Value[] = [];
    const filterSql = filtersSql(query, values);
    const total = withTotal ? await this.count(filterSql, values) : undefined;
    const [happenedAt, id] = newestFirst.read(cursor) ?? firstPosition;
    const place = values.length;
    const rows = await this.database.rows(
      shape,
      `SELECT ${auditEntry.columns()} FROM platform_auditentry
       WHERE ${filterSql} AND (happened_at, id) < ($${place + 1}, $${place + 2}) ORDER BY happened_at DESC, id DESC LIMIT $${place + 3}`,
      [...values, new Date(happenedAt), id, limit + 1],
    );
    return toPage(rows, limit, (last) => newestFirst.after(last.happenedAt.toISOString(), last.id), show, total);
  }

  private async count(filterSql: string, values: readonly Value[]): Promise<number> {
    const sql = `SELECT count(*) AS total FROM platform_auditentry WHERE ${filterSql}`;
    return (await this.database.row({ total: int }, sql, values))!.total;
  }
}

/** Adds the values of the filters to `values`. @returns their conditions, each of which an index supports */
function filtersSql({ actorId, action, objectType, objectId, from, to }: AuditEntryQuery, values: Value[]): string {
  const filters: [condition: string, value: Value][] = [
    ['actor_id =', actorId],
    ['action =', action],
    ['object_type =', objectType],
    ['object_id =', objectId],
    ['happened_at >=', from],
    ['happened_at <', to],
  ];
  const given = filters.filter(([, value]) => value !== undefined);
  const conditions = given.map(([condition, value]) => `${condition} $${values.push(value)}`);
  return ['1 = 1', ...conditions].join(' AND ');
}
