import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import { Clock } from '../../platform/time/clock';
import { Diagnosis } from './diagnosis/diagnosis';
import { SampleHistory, type Point } from './samples/sample-history';
import { Incidents, type Failure } from './incidents';
import { Inspector, type IndexInfo, type TableInfo } from './inspector';
import type { ConnectionsResponse, LocksResponse } from './connections.dto';
import type { HistoryResponse } from './operations.dto';
import type { IndexesResponse, StorageResponse } from './storage.dto';

/** Builds the responses about the whole database, each with its findings. */
@Injectable()
export class DatabaseReport {
  constructor(
    private readonly inspector: Inspector,
    private readonly diagnosis: Diagnosis,
    private readonly incidents: Incidents,
    private readonly history: SampleHistory,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async overview(process: string, since: Date) {
    return {
      engine: this.database.dialect.engine,
      version: await this.inspector.version(),
      process,
      since: since.toISOString(),
      takenAt: this.clock.now().toISOString(),
      findings: await this.diagnosis.allFindings(),
    };
  }

  async connections(): Promise<ConnectionsResponse> {
    return { ...(await this.inspector.connections()), findings: await this.diagnosis.connectionFindings() };
  }

  async indexes(): Promise<IndexesResponse> {
    const indexes = await this.diagnosis.listIndexes();
    return { indexes: indexes.map(toIndexResponse), findings: await this.diagnosis.indexFindings() };
  }

  async storage(): Promise<StorageResponse> {
    const storage = await this.inspector.storage();
    const growth = await this.diagnosis.computeGrowth(storage);
    const { totalBytes, freeBytes, file, tables } = storage;
    return {
      totalBytes,
      freeBytes,
      file,
      bytesPerDay: growth.bytesPerDay,
      daysToFull: growth.daysToFull,
      tables: tables.map((table) => toTableResponse(table, growth.tables.get(table.name) ?? null)),
      findings: await this.diagnosis.growthFindings(storage, growth),
    };
  }

  async locks(): Promise<LocksResponse> {
    return {
      pairs: await this.inspector.lockPairs(),
      deadlocks: await this.inspector.deadlocks(),
      counts: [...this.incidents.failureCounts].map(([kind, count]) => ({ kind, count })),
      failures: this.incidents.failures.newest(50).map(toFailureResponse),
      findings: await this.diagnosis.lockFindings(),
    };
  }

  async historyOf(hours: number): Promise<HistoryResponse> {
    const { points, stepMinutes } = await this.history.listSince(hours);
    return { stepMinutes, points: points.map(toPointResponse) };
  }
}

const toPointResponse = ({ source, minute, figures }: Point) => ({
  source,
  at: new Date(minute * 60_000).toISOString(),
  figures,
});

const toIndexResponse = ({ name, table, columns, isUnique, isValid, scans, bytes, definition }: IndexInfo) => ({
  name,
  table,
  columns,
  isUnique,
  isValid,
  scans,
  bytes,
  definition,
});

const toTableResponse = (
  { name, rows, bytes, indexBytes, deadRows, vacuumedAt }: TableInfo,
  bytesPerDay: number | null,
) => ({
  name,
  rows,
  bytes,
  indexBytes,
  deadRows,
  bytesPerDay,
  vacuumedAt: vacuumedAt?.toISOString() ?? null,
});

const toFailureResponse = ({ at, kind, statement, durationMs, route, traceId }: Failure) => ({
  at: at.toISOString(),
  kind,
  statement: statement.text,
  durationMs,
  route,
  traceId,
});
