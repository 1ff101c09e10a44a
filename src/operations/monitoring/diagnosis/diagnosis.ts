import { Injectable } from '@nestjs/common';
import { diagnoseConnections, diagnoseFailures, diagnoseLocks } from './diagnose-connections';
import { diagnoseIndexes, countAllCalls } from './diagnose-indexes';
import { diagnoseRepetitions, diagnoseSlowQueries } from './diagnose-queries';
import { diagnoseStorage, toGrowth, type Growth } from './diagnose-storage';
import { withEnoughObservation } from './finding-thresholds';
import { sortWorstFirst, type Finding } from '../../../platform/findings/finding';
import { FindingSources } from '../../../platform/findings/finding-sources';
import { SampleHistory } from '../samples/sample-history';
import { Incidents } from '../incidents';
import { Inspector, type IndexInfo, type StorageReport } from '../inspector';
import { QueryPlans } from '../queries/query-plans';
import { QueryStatistics } from '../queries/query-statistics';

const dayHours = 24;

/** Collects findings from the inspector, from the incidents of this process, and from the modules. */
@Injectable()
export class Diagnosis {
  constructor(
    private readonly inspector: Inspector,
    private readonly statistics: QueryStatistics,
    private readonly incidents: Incidents,
    private readonly plans: QueryPlans,
    private readonly history: SampleHistory,
    private readonly sources: FindingSources,
  ) {}

  async allFindings(): Promise<Finding[]> {
    const findings = [
      await this.queryFindings(),
      await this.connectionFindings(),
      await this.indexFindings(),
      await this.storageFindings(),
      await this.lockFindings(),
      await this.sources.collect(),
    ];
    return sortWorstFirst(findings.flat());
  }

  async queryFindings(): Promise<Finding[]> {
    const slowQueries = this.incidents.slowQueries.newest();
    const scans = slowQueries.length > 0 ? await this.plans.findScans() : [];
    return this.withEnoughObservation([
      ...diagnoseSlowQueries(slowQueries, scans, this.inspector.repairs),
      ...diagnoseRepetitions(this.incidents.repetitions.values()),
    ]);
  }

  async connectionFindings(): Promise<Finding[]> {
    const connections = await this.inspector.connections();
    return diagnoseConnections(connections, this.incidents.maxIdleMs, this.inspector.repairs);
  }

  async indexFindings(): Promise<Finding[]> {
    const indexes = await this.listIndexes();
    const foreignKeys = await this.inspector.foreignKeysWithoutIndex();
    const { tables } = await this.inspector.storage();
    const calls = countAllCalls(this.statistics.statements.values());
    const scans = await this.plans.findScans();
    return this.withEnoughObservation(
      diagnoseIndexes({ indexes, foreignKeys, tables, scans, calls, repairs: this.inspector.repairs }),
    );
  }

  /** Lists the indexes. If the engine counts no scans, the calls whose plan uses an index are counted instead. */
  async listIndexes(): Promise<IndexInfo[]> {
    const indexes = await this.inspector.indexes();
    if (this.inspector.countsIndexScans) return indexes;
    const callCounts = await this.plans.countIndexUses();
    return indexes.map((index) => ({ ...index, scans: callCounts.get(index.name) ?? 0 }));
  }

  async storageFindings(): Promise<Finding[]> {
    const storage = await this.inspector.storage();
    return this.growthFindings(storage, await this.computeGrowth(storage));
  }

  async growthFindings(storage: StorageReport, growth: Growth): Promise<Finding[]> {
    return this.withEnoughObservation(diagnoseStorage(storage, growth, this.inspector.repairs));
  }

  async computeGrowth(storage: StorageReport): Promise<Growth> {
    const databaseGrowth = await this.history.computeGrowth('database', { bytes: storage.totalBytes });
    const tableGrowth = await this.history.computeGrowth('tables', toTableBytes(storage));
    return toGrowth(storage, databaseGrowth.get('bytes') ?? null, tableGrowth);
  }

  async lockFindings(): Promise<Finding[]> {
    const { repairs } = this.inspector;
    const failures = this.incidents.failures.newest();
    return [
      ...diagnoseLocks(await this.inspector.lockPairs(), repairs),
      ...diagnoseFailures(failures, await this.countDeadlocksToday(), repairs),
    ];
  }

  /** Keeps the findings whose statistics were collected for long enough. */
  private async withEnoughObservation(findings: Finding[]): Promise<Finding[]> {
    return findings.length === 0 ? [] : withEnoughObservation(findings, await this.getObservedMs());
  }

  /** How long statistics were collected: by this process, or by the server if it keeps them itself. */
  private async getObservedMs(): Promise<number> {
    const processMs = Date.now() - this.statistics.since.getTime();
    if (!this.inspector.countsIndexScans) return processMs;
    const oldestSample = await this.history.findOldestWithin('database', 14 * dayHours);
    const serverMs = oldestSample ? (this.history.currentMinute - oldestSample.minute) * 60_000 : 0;
    return Math.max(processMs, serverMs);
  }

  /** Counts the deadlocks since the oldest sample of the last day, because the server counts them since its statistics began. */
  private async countDeadlocksToday(): Promise<number> {
    const currentCount = (await this.inspector.deadlocks()) ?? 0;
    if (currentCount === 0) return 0;
    const oldestSample = await this.history.findOldestWithin('database', dayHours);
    const oldCount = oldestSample?.figures.deadlocks ?? currentCount;
    return currentCount - oldCount;
  }
}

/** The bytes of each table with its indexes. */
export function toTableBytes({ tables }: StorageReport): Record<string, number> {
  const bytesByTable: Record<string, number> = {};
  for (const { name, bytes, indexBytes } of tables) bytesByTable[name] = (bytes ?? 0) + (indexBytes ?? 0);
  return bytesByTable;
}
