import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import { Clock } from '../../platform/time/clock';
import { Diagnosis } from './diagnosis';
import { History } from './sample-history';
import { Incidents, type Failure } from './incidents';
import { Inspector, type IndexSeen, type TableSeen } from './inspector';
import type { ConnectionsShown, HistoryShown, IndexesShown, LocksShown, StorageShown } from './operations.dto';

/** The answers about the database as a whole, each with the findings that belong to it. */
@Injectable()
export class DatabaseReport {
  constructor(
    private readonly inspector: Inspector,
    private readonly diagnosis: Diagnosis,
    private readonly incidents: Incidents,
    private readonly history: History,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async overview(process: string, since: Date) {
    return {
      ...{ engine: this.database.dialect.engine, version: await this.inspector.version(), process },
      ...{ since: since.toISOString(), takenAt: this.clock.now().toISOString(), findings: await this.diagnosis.all() },
    };
  }

  async connections(): Promise<ConnectionsShown> {
    return { ...(await this.inspector.connections()), findings: await this.diagnosis.ofConnections() };
  }

  async indexes(): Promise<IndexesShown> {
    const indexes = await this.diagnosis.indexes();
    return { indexes: indexes.map(showIndex), findings: await this.diagnosis.ofIndexes() };
  }

  async storage(): Promise<StorageShown> {
    const storage = await this.inspector.storage();
    const growth = await this.diagnosis.growth(storage);
    const { totalBytes, freeBytes, file, tables } = storage;
    return {
      ...{ totalBytes, freeBytes, file, bytesPerDay: growth.perDay, daysToFull: growth.daysToFull },
      tables: tables.map((table) => showTable(table, growth.tables.get(table.name) ?? null)),
      findings: await this.diagnosis.ofGrowth(storage, growth),
    };
  }

  async locks(): Promise<LocksShown> {
    return {
      ...{ pairs: await this.inspector.lockPairs(), deadlocks: await this.inspector.deadlocks() },
      counts: [...this.incidents.failureCounts].map(([kind, count]) => ({ kind, count })),
      failures: this.incidents.failures.newest(50).map(showFailure),
      findings: await this.diagnosis.ofLocks(),
    };
  }

  async over(hours: number): Promise<HistoryShown> {
    const { points, stepMinutes } = await this.history.since(hours);
    const shown = points.map(({ source, minute, figures }) => {
      return { source, at: new Date(minute * 60_000).toISOString(), figures };
    });
    return { stepMinutes, points: shown };
  }
}

const showIndex = ({ name, table, columns, isUnique, isValid, scans, bytes, definition }: IndexSeen) => ({
  ...{ name, table, columns, isUnique, isValid, scans, bytes, definition },
});

const showTable = ({ name, rows, bytes, indexBytes, deadRows, vacuumedAt }: TableSeen, bytesPerDay: number | null) => ({
  ...{ name, rows, bytes, indexBytes, deadRows, bytesPerDay, vacuumedAt: vacuumedAt?.toISOString() ?? null },
});

const showFailure = ({ at, kind, statement, durationMs, route, traceId }: Failure) => ({
  ...{ at: at.toISOString(), kind, statement: statement.text, durationMs, route, traceId },
});
