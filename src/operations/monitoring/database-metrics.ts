import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import type { Metrics } from '../../platform/metrics/metrics';
import { Diagnosis } from './diagnosis';
import { findingKinds } from '../../platform/findings/finding';
import { Histogram } from './histogram';
import { Incidents } from './incidents';
import { Inspector } from './inspector';
import { QueryStatistics } from './query-statistics';

const bounds = [0.000_1, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
const mostTables = 100;
/** What is read from the database is read once for the scrapers that come together. */
const goodForMs = 15_000;

/** The figures for Prometheus. Labels are routes, tables, states and kinds: all of them few. */
@Injectable()
export class DatabaseMetrics {
  private readAt = 0;

  constructor(
    private readonly database: Database,
    private readonly inspector: Inspector,
    private readonly diagnosis: Diagnosis,
    private readonly statistics: QueryStatistics,
    private readonly incidents: Incidents,
  ) {}

  register(metrics: Metrics): void {
    const fills = [
      this.ofStatements(metrics),
      this.ofProcess(metrics),
      this.ofDatabase(metrics),
      this.ofFindings(metrics),
    ];
    metrics.onScrape(async () => {
      const isOld = Date.now() - this.readAt > goodForMs;
      if (isOld) this.readAt = Date.now();
      for (const fill of fills) await fill(isOld);
    });
  }

  private ofStatements(metrics: Metrics): Fill {
    const calls = metrics.counter('teoart_statements_total', 'Statements sent, by whom they were for', ['route']);
    const time = metrics.counter('teoart_statements_seconds_total', 'Time they took, by whom they were for', ['route']);
    const rows = metrics.counter('teoart_statement_rows_total', 'Rows read or changed, by whom they were for', [
      'route',
    ]);
    const buckets = metrics.counter('teoart_statement_seconds_bucket', 'Statements that took at most so long', ['le']);
    return () => {
      for (const counter of [calls, time, rows, buckets]) counter.reset();
      const all = new Histogram();
      for (const { series } of this.statistics.statements.values())
        for (const { route, durations, rows: count } of series.values()) {
          calls.inc({ route }, durations.count);
          time.inc({ route }, durations.totalMs / 1_000);
          rows.inc({ route }, count);
          all.merge(durations);
        }
      for (const bound of bounds) buckets.inc({ le: String(bound) }, all.within(bound * 1_000));
      buckets.inc({ le: '+Inf' }, all.count);
    };
  }

  private ofProcess(metrics: Metrics): Fill {
    const pool = metrics.gauge('teoart_database_pool_connections', 'Connections of this process', ['state']);
    const waited = metrics.counter('teoart_database_wait_seconds_total', 'Time callers waited for the writer', []);
    const slow = metrics.counter('teoart_database_slow_statements_total', 'Statements above SLOW_QUERY_MS', []);
    const failed = metrics.counter('teoart_database_failures_total', 'Deadlocks and time-outs met', ['kind']);
    return () => {
      const { total, idle, waiting, waitedMs } = this.database.dialect.vitals.pressure();
      for (const [state, value] of Object.entries({ total, idle, waiting })) pool.set({ state }, value);
      for (const counter of [waited, slow, failed]) counter.reset();
      waited.inc({}, waitedMs / 1_000);
      slow.inc({}, this.incidents.slowQueries.seen);
      for (const [kind, count] of this.incidents.failureCounts) failed.inc({ kind }, count);
    };
  }

  private ofDatabase(metrics: Metrics): Fill {
    const bytes = metrics.gauge('teoart_database_size_bytes', 'Of the whole database', []);
    const tables = metrics.gauge('teoart_database_table_size_bytes', 'With its indexes', ['table']);
    const dead = metrics.gauge('teoart_database_table_dead_rows', 'Rows nobody sees any more', ['table']);
    const connections = metrics.gauge('teoart_database_connections', 'To this database, by state', ['state']);
    const deadlocks = metrics.gauge('teoart_database_deadlocks', 'Counted by the server', []);
    return async (isOld) => {
      if (!isOld) return;
      const storage = await this.inspector.storage();
      for (const gauge of [tables, dead, connections]) gauge.reset();
      bytes.set({}, storage.totalBytes);
      for (const table of storage.tables.slice(0, mostTables)) {
        tables.set({ table: table.name }, (table.bytes ?? 0) + (table.indexBytes ?? 0));
        if (table.deadRows !== null) dead.set({ table: table.name }, table.deadRows);
      }
      for (const { state, count } of (await this.inspector.connections()).states) connections.set({ state }, count);
      deadlocks.set({}, (await this.inspector.deadlocks()) ?? 0);
    };
  }

  private ofFindings(metrics: Metrics): Fill {
    const gauge = metrics.gauge('teoart_database_findings', 'What /operations reports', ['kind']);
    return async (isOld) => {
      if (!isOld) return;
      const found = await this.diagnosis.all();
      for (const kind of findingKinds) gauge.set({ kind }, found.filter((each) => each.kind === kind).length);
    };
  }
}

type Fill = (isOld: boolean) => Promise<void> | void;
