import { bool, float, instant, int, jsonOf, nullable, text } from '../../../platform/database/columns';
import type { Database } from '../../../platform/database/database';
import { Inspector, type ConnectionReport, type ForeignKeyInfo, type IndexInfo, type LockPair } from '../inspector';
import type { StatementPlan, TableScan, ServerStatement, StorageReport } from '../inspector';
import { fingerprint, normalize } from '../queries/statement-text';
import { findIndexes, findScans } from './postgres-plans';
import * as sql from './postgres-statements';
import { postgresRepairs } from './postgres-repairs';

/** Reads figures from the catalogue and the statistics of PostgreSQL. */
export class PostgresInspector extends Inspector {
  readonly repairs = postgresRepairs;
  readonly countsIndexScans = true;

  constructor(
    private readonly database: Database,
    private readonly volumeBytes: number,
  ) {
    super();
  }

  async version(): Promise<string> {
    const row = await this.database.row({ version: text }, "SELECT current_setting('server_version') AS version");
    return `PostgreSQL ${row!.version}`;
  }

  async connections(): Promise<ConnectionReport> {
    const shape = { pid: int, state: text, application: text, stateMs: float, transactionMs: float, statement: text };
    const sessions = await this.database.rows(shape, sql.sessionsSql);
    const limits = await this.database.row({ limit: int, used: int }, sql.connectionLimitSql);
    const counts = new Map<string, number>();
    for (const { state } of sessions) counts.set(state, (counts.get(state) ?? 0) + 1);
    return {
      ...limits!,
      states: [...counts].map(([state, count]) => ({ state, count })).sort((a, b) => b.count - a.count),
      sessions: sessions.slice(0, 50).map((session) => ({ ...session, statement: normalize(session.statement) })),
      pool: this.database.dialect.diagnostics.connectionUsage(),
    };
  }

  async indexes(): Promise<IndexInfo[]> {
    const strings = jsonOf<string[]>();
    return this.database.rows(
      {
        name: text,
        table: text,
        columns: strings,
        isUnique: bool,
        isValid: bool,
        isConstraint: bool,
        scans: int,
        bytes: int,
        definition: text,
        key: strings,
        condition: text,
      },
      sql.indexesSql,
    );
  }

  async foreignKeysWithoutIndex(): Promise<ForeignKeyInfo[]> {
    const shape = { name: text, table: text, referenced: text, columns: jsonOf<string[]>() };
    return this.database.rows(shape, sql.foreignKeysWithoutIndexSql);
  }

  async storage(): Promise<StorageReport> {
    const tables = await this.database.rows(
      {
        name: text,
        rows: int,
        bytes: int,
        indexBytes: int,
        deadRows: int,
        vacuumedAt: nullable(instant),
        activity: int,
      },
      sql.tablesSql,
    );
    const size = await this.database.row({ bytes: int }, 'SELECT pg_database_size(current_database()) AS bytes');
    const freeBytes = this.volumeBytes > 0 ? Math.max(0, this.volumeBytes - size!.bytes) : null;
    return { totalBytes: size!.bytes, freeBytes, tables, file: null };
  }

  async lockPairs(): Promise<LockPair[]> {
    const pairs = await this.database.rows(
      {
        pid: int,
        statement: text,
        waitedMs: float,
        blockerPid: int,
        blockerState: text,
        blockerStatement: text,
        blockerApplication: text,
      },
      sql.lockPairsSql,
    );
    return pairs.map((pair) => ({
      ...pair,
      statement: normalize(pair.statement),
      blockerStatement: normalize(pair.blockerStatement),
    }));
  }

  async deadlocks(): Promise<number> {
    const statement = 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()';
    return (await this.database.row({ deadlocks: int }, statement))?.deadlocks ?? 0;
  }

  async serverStatements(): Promise<Map<string, ServerStatement> | null> {
    const installed = await this.database.row({ place: text }, sql.statementsExtensionSql);
    if (!installed) return null;
    const shape = { query: text, calls: int, totalMs: float, rows: int };
    const rows = await this.database.rows(shape, sql.toServerStatementsSql(installed.place)).catch(() => null);
    return rows && byFingerprint(rows);
  }

  scansOf(planned: readonly StatementPlan[]): Promise<TableScan[][]> {
    return Promise.resolve(planned.map(({ plan }) => findScans(plan)));
  }

  indexesUsedBy(plan: string): string[] {
    return findIndexes(plan);
  }
}

function byFingerprint(rows: { query: string; calls: number; totalMs: number; rows: number }[]) {
  const found = new Map<string, ServerStatement>();
  for (const { query, calls, totalMs, rows: count } of rows) {
    const key = fingerprint(query);
    const known = found.get(key) ?? { calls: 0, meanMs: 0, rows: 0 };
    const sum = known.meanMs * known.calls + totalMs;
    const allCalls = known.calls + calls;
    found.set(key, { calls: allCalls, meanMs: sum / allCalls, rows: known.rows + count });
  }
  return found;
}
