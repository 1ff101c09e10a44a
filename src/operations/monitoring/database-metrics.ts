import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import type { Metrics } from '../../platform/metrics/metrics';
import { Diagnosis } from './diagnosis/diagnosis';
import { findingKinds } from '../../platform/findings/finding';
import { Histogram } from './samples/histogram';
import { Incidents } from './incidents';
import { Inspector } from './inspector';
import { QueryStatistics } from './queries/query-statistics';

const bucketBoundsSeconds = [0.000_1, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
const maxTables = 100;
/** Figures of the database are read again only after this time, so that several monitoring servers share one read. */
const cacheMs = 15_000;

/** Registers the metrics of the database. Labels are routes, tables, states and kinds, whose number is limited. */
@Injectable()
export class DatabaseMetrics {
  private lastReadMs = 0;

  constructor(
    private readonly database: Database,
    private readonly inspector: Inspector,
    private readonly diagnosis: Diagnosis,
    private readonly statistics: QueryStatistics,
    private readonly incidents: Incidents,
  ) {}

  register(metrics: Metrics): void {
    const fills = [
      this.registerStatements(metrics),
      this.registerProcess(metrics),
      this.registerDatabase(metrics),
      this.registerFindings(metrics),
    ];
    metrics.onScrape(async () => {
      const shouldReadAgain = Date.now() - this.lastReadMs > cacheMs;
      if (shouldReadAgain) this.lastReadMs = Date.now();
      for (const fill of fills) await fill(shouldReadAgain);
    });
  }

  private registerStatements(metrics: Metrics): FillMetrics {
    const calls = metrics.counter('teoart_statements_total', 'Statements sent, by route', ['route']);
    const seconds = metrics.counter('teoart_statements_seconds_total', 'Execution time of statements, by route', [
      'route',
    ]);
    const rowCounter = metrics.counter('teoart_statement_rows_total', 'Rows read or changed by statements, by route', [
      'route',
    ]);
    const buckets = metrics.counter('teoart_statement_seconds_bucket', 'Statements that took at most le seconds', [
      'le',
    ]);
    return () => {
      for (const counter of [calls, seconds, rowCounter, buckets]) counter.reset();
      const allDurations = new Histogram();
      for (const { series } of this.statistics.statements.values())
        for (const { route, durations, rows } of series.values()) {
          calls.inc({ route }, durations.count);
          seconds.inc({ route }, durations.totalMs / 1_000);
          rowCounter.inc({ route }, rows);
          allDurations.merge(durations);
        }
      for (const boundSeconds of bucketBoundsSeconds) {
        const count = allDurations.countWithin(boundSeconds * 1_000);
        buckets.inc({ le: String(boundSeconds) }, count);
      }
      buckets.inc({ le: '+Inf' }, allDurations.count);
    };
  }

  private registerProcess(metrics: Metrics): FillMetrics {
    const pool = metrics.gauge('teoart_database_pool_connections', 'Database connections of this process, by state', [
      'state',
    ]);
    const waitSeconds = metrics.counter(
      'teoart_database_wait_seconds_total',
      'Time that callers waited for the writer of the SQLite file',
      [],
    );
    const slow = metrics.counter(
      'teoart_database_slow_statements_total',
      'Statements that took longer than SLOW_QUERY_MS',
      [],
    );
    const failed = metrics.counter('teoart_database_failures_total', 'Deadlocks and timeouts of statements, by kind', [
      'kind',
    ]);
    return () => {
      const { total, idle, waiting, waitedMs } = this.database.dialect.diagnostics.connectionUsage();
      for (const [state, count] of Object.entries({ total, idle, waiting })) pool.set({ state }, count);
      for (const counter of [waitSeconds, slow, failed]) counter.reset();
      waitSeconds.inc({}, waitedMs / 1_000);
      slow.inc({}, this.incidents.slowQueries.totalCount);
      for (const [kind, count] of this.incidents.failureCounts) failed.inc({ kind }, count);
    };
  }

  private registerDatabase(metrics: Metrics): FillMetrics {
    const totalBytes = metrics.gauge('teoart_database_size_bytes', 'Size of the database', []);
    const tableBytes = metrics.gauge('teoart_database_table_size_bytes', 'Size of a table with its indexes', ['table']);
    const deadRows = metrics.gauge('teoart_database_table_dead_rows', 'Dead rows of a table', ['table']);
    const connections = metrics.gauge(
      'teoart_database_connections',
      'Connections of all processes to the database, by state',
      ['state'],
    );
    const deadlocks = metrics.gauge('teoart_database_deadlocks', 'Deadlocks counted by the server', []);
    return async (shouldReadAgain) => {
      if (!shouldReadAgain) return;
      const storage = await this.inspector.storage();
      for (const gauge of [tableBytes, deadRows, connections]) gauge.reset();
      totalBytes.set({}, storage.totalBytes);
      for (const table of storage.tables.slice(0, maxTables)) {
        tableBytes.set({ table: table.name }, (table.bytes ?? 0) + (table.indexBytes ?? 0));
        if (table.deadRows !== null) deadRows.set({ table: table.name }, table.deadRows);
      }
      const { states } = await this.inspector.connections();
      for (const { state, count } of states) connections.set({ state }, count);
      deadlocks.set({}, (await this.inspector.deadlocks()) ?? 0);
    };
  }

  private registerFindings(metrics: Metrics): FillMetrics {
    const gauge = metrics.gauge('teoart_database_findings', 'Findings on /operations, by kind', ['kind']);
    return async (shouldReadAgain) => {
      if (!shouldReadAgain) return;
      const findings = await this.diagnosis.allFindings();
      for (const kind of findingKinds) {
        const count = findings.filter((finding) => finding.kind === kind).length;
        gauge.set({ kind }, count);
      }
    };
  }
}

/** Sets the current values of metrics. If `shouldReadAgain` is false, figures of the database keep their last values. */
type FillMetrics = (shouldReadAgain: boolean) => Promise<void> | void;
