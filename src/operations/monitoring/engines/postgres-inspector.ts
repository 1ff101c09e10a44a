import { bool, float, instant, int, jsonOf, nullable, text } from '../../../platform/database/columns';
import type { Database } from '../../../platform/database/database';
import { Inspector, type ConnectionReport, type ForeignKeyInfo, type IndexInfo, type LockPair } from '../inspector';
import type { StatementPlan, TableScan, ServerStatement, StorageReport } from '../inspector';
import { fingerprint, normalize } from '../queries/statement-text';
import { findIndexes, findScans } from './postgres-plans';
import * as statements from './postgres-statements';
import { postgresRepairs } from './postgres-repairs';

const maxSessions = 50;

/** A row of pg_stat_statements. */
interface ServerStatementRow {
  query: string;
  calls: number;
  totalMs: number;
  rows: number;
}

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
    const sessions = await this.database.rows(shape, statements.sessionsSql);
    const limits = await this.database.row({ limit: int, used: int }, statements.connectionLimitSql);
    const listedSessions = sessions.slice(0, maxSessions);
    return {
      limit: limits!.limit,
      used: limits!.used,
      states: countByState(sessions),
      sessions: listedSessions.map((session) => ({ ...session, statement: normalize(session.statement) })),
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
      statements.indexesSql,
    );
  }

  async foreignKeysWithoutIndex(): Promise<ForeignKeyInfo[]> {
    const shape = { name: text, table: text, referenced: text, columns: jsonOf<string[]>() };
    return this.database.rows(shape, statements.foreignKeysWithoutIndexSql);
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
      statements.tablesSql,
    );
    const sizeSql = 'SELECT pg_database_size(current_database()) AS bytes';
    const totalBytes = (await this.database.row({ bytes: int }, sizeSql))!.bytes;
    const freeBytes = this.volumeBytes > 0 ? Math.max(0, this.volumeBytes - totalBytes) : null;
    return { totalBytes, freeBytes, tables, file: null };
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
      statements.lockPairsSql,
    );
    return pairs.map((pair) => ({
      ...pair,
      statement: normalize(pair.statement),
      blockerStatement: normalize(pair.blockerStatement),
    }));
  }

  async deadlocks(): Promise<number> {
    const deadlocksSql = 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()';
    const row = await this.database.row({ deadlocks: int }, deadlocksSql);
    return row?.deadlocks ?? 0;
  }

  async serverStatements(): Promise<Map<string, ServerStatement> | null> {
    const extension = await this.database.row({ place: text }, statements.statementsExtensionSql);
    if (!extension) return null;
    const shape = { query: text, calls: int, totalMs: float, rows: int };
    const serverStatementsSql = statements.toServerStatementsSql(extension.place);
    // The query fails if the server has not preloaded the library of the extension. The report then has no figures of the server.
    const rows = await this.database.rows(shape, serverStatementsSql).catch(() => null);
    return rows && sumByFingerprint(rows);
  }

  scansOf(plans: readonly StatementPlan[]): Promise<TableScan[][]> {
    return Promise.resolve(plans.map(({ plan }) => findScans(plan)));
  }

  indexesUsedBy(plan: string): string[] {
    return findIndexes(plan);
  }
}

/** Counts the sessions in each state, the most frequent state first. */
function countByState(sessions: readonly { state: string }[]): ConnectionReport['states'] {
  const counts = new Map<string, number>();
  for (const { state } of sessions) counts.set(state, (counts.get(state) ?? 0) + 1);
  const states = [...counts].map(([state, count]) => ({ state, count }));
  return states.sort((left, right) => right.count - left.count);
}

/** Adds up the rows that have the same fingerprint, such as those of different users. */
function sumByFingerprint(rows: readonly ServerStatementRow[]): Map<string, ServerStatement> {
  const sums = new Map<string, ServerStatement>();
  for (const row of rows) {
    const key = fingerprint(row.query);
    const previous = sums.get(key) ?? { calls: 0, meanMs: 0, rows: 0 };
    const totalMs = previous.meanMs * previous.calls + row.totalMs;
    const calls = previous.calls + row.calls;
    sums.set(key, { calls, meanMs: totalMs / calls, rows: previous.rows + row.rows });
  }
  return sums;
}
