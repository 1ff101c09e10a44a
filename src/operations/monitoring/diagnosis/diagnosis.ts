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
    const found = [
      await this.queryFindings(),
      await this.connectionFindings(),
      await this.indexFindings(),
      await this.storageFindings(),
      await this.lockFindings(),
      await this.sources.collect(),
    ];
    return sortWorstFirst(found.flat());
  }

  async queryFindings(): Promise<Finding[]> {
    const slow = this.incidents.slowQueries.newest();
    const scans = slow.length > 0 ? await this.plans.findScans() : [];
    return this.withEnoughObservation([
      ...diagnoseSlowQueries(slow, scans, this.inspector.repairs),
      ...diagnoseRepetitions(this.incidents.repetitions.values()),
    ]);
  }

  async connectionFindings(): Promise<Finding[]> {
    return diagnoseConnections(await this.inspector.connections(), this.incidents.idleLimitMs, this.inspector.repairs);
  }

  async indexFindings(): Promise<Finding[]> {
    const [indexes, foreignKeys] = [await this.listIndexes(), await this.inspector.foreignKeysWithoutIndex()];
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
    const use = await this.plans.countIndexUses();
    return indexes.map((index) => ({ ...index, scans: use.get(index.name) ?? 0 }));
  }

  async storageFindings(): Promise<Finding[]> {
    const storage = await this.inspector.storage();
    return this.growthFindings(storage, await this.computeGrowth(storage));
  }

  async growthFindings(storage: StorageReport, growth: Growth): Promise<Finding[]> {
    return this.withEnoughObservation(diagnoseStorage(storage, growth, this.inspector.repairs));
  }

  async computeGrowth(storage: StorageReport): Promise<Growth> {
    const perDay = (await this.history.computeGrowth('database', { bytes: storage.totalBytes })).get('bytes') ?? null;
    return toGrowth(storage, perDay, await this.history.computeGrowth('tables', toTableBytes(storage)));
  }

  async lockFindings(): Promise<Finding[]> {
    const { repairs } = this.inspector;
    const failures = this.incidents.failures.newest();
    return [
      ...diagnoseLocks(await this.inspector.lockPairs(), repairs),
      ...diagnoseFailures(failures, await this.countDeadlocksToday(), repairs),
    ];
  }

  private async withEnoughObservation(findings: Finding[]): Promise<Finding[]> {
    return findings.length === 0 ? [] : withEnoughObservation(findings, await this.observedMs());
  }

  /** How long statistics were collected: by this process, or by the server if it keeps them itself. */
  private async observedMs(): Promise<number> {
    const ownMs = Date.now() - this.statistics.since.getTime();
    if (!this.inspector.countsIndexScans) return ownMs;
    const first = await this.history.findOldestWithin('database', 14 * dayHours);
    return Math.max(ownMs, first ? (this.history.currentMinute - first.minute) * 60_000 : 0);
  }

  private async countDeadlocksToday(): Promise<number> {
    const now = (await this.inspector.deadlocks()) ?? 0;
    if (now === 0) return 0;
    const before = await this.history.findOldestWithin('database', dayHours);
    return now - (before?.figures.deadlocks ?? now);
  }
}

export const toTableBytes = ({ tables }: StorageReport): Record<string, number> =>
  Object.fromEntries(tables.map(({ name, bytes, indexBytes }) => [name, (bytes ?? 0) + (indexBytes ?? 0)]));
