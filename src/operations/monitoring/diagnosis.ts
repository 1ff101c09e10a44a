import { Injectable } from '@nestjs/common';
import { diagnoseConnections, diagnoseFailures, diagnoseLocks } from './diagnose-connections';
import { diagnoseIndexes, statementCalls } from './diagnose-indexes';
import { diagnoseRepetitions, diagnoseSlow } from './diagnose-queries';
import { diagnoseStorage, growthOf, type Growth } from './diagnose-storage';
import { settled } from './finding-thresholds';
import { worstFirst, type Finding } from '../../platform/findings/finding';
import { FindingSources } from '../../platform/findings/finding-sources';
import { History } from './sample-history';
import { Incidents } from './incidents';
import { Inspector, type IndexSeen, type StorageReport } from './inspector';
import { Plans } from './query-plans';
import { QueryStatistics } from './query-statistics';

const day = 24;

/** What is wrong, from what the inspector sees, what this process has met and what modules report. */
@Injectable()
export class Diagnosis {
  constructor(
    private readonly inspector: Inspector,
    private readonly statistics: QueryStatistics,
    private readonly incidents: Incidents,
    private readonly plans: Plans,
    private readonly history: History,
    private readonly sources: FindingSources,
  ) {}

  async all(): Promise<Finding[]> {
    const found = [
      ...[await this.ofQueries(), await this.ofConnections(), await this.ofIndexes()],
      ...[await this.ofStorage(), await this.ofLocks(), await this.sources.all()],
    ];
    return worstFirst(found.flat());
  }

  async ofQueries(): Promise<Finding[]> {
    const slow = this.incidents.slowQueries.newest();
    const scans = slow.length > 0 ? await this.plans.scans() : [];
    return this.settled([
      ...diagnoseSlow(slow, scans, this.inspector.words),
      ...diagnoseRepetitions(this.incidents.repetitions.values()),
    ]);
  }

  async ofConnections(): Promise<Finding[]> {
    return diagnoseConnections(await this.inspector.connections(), this.incidents.idleLimitMs, this.inspector.words);
  }

  async ofIndexes(): Promise<Finding[]> {
    const [indexes, foreignKeys] = [await this.indexes(), await this.inspector.foreignKeysWithoutIndex()];
    const { tables } = await this.inspector.storage();
    const calls = statementCalls(this.statistics.statements.values());
    const scans = await this.plans.scans();
    return this.settled(diagnoseIndexes({ indexes, foreignKeys, tables, scans, calls, words: this.inspector.words }));
  }

  /** Where the engine counts no scans, with the calls whose plan uses the index. */
  async indexes(): Promise<IndexSeen[]> {
    const indexes = await this.inspector.indexes();
    if (this.inspector.countsIndexScans) return indexes;
    const use = await this.plans.indexUse();
    return indexes.map((index) => ({ ...index, scans: use.get(index.name) ?? 0 }));
  }

  async ofStorage(): Promise<Finding[]> {
    const storage = await this.inspector.storage();
    return this.ofGrowth(storage, await this.growth(storage));
  }

  async ofGrowth(storage: StorageReport, growth: Growth): Promise<Finding[]> {
    return this.settled(diagnoseStorage(storage, growth, this.inspector.words));
  }

  async growth(storage: StorageReport): Promise<Growth> {
    const perDay = (await this.history.growth('database', { bytes: storage.totalBytes })).get('bytes') ?? null;
    return growthOf(storage, perDay, await this.history.growth('tables', tableBytes(storage)));
  }

  async ofLocks(): Promise<Finding[]> {
    const { words } = this.inspector;
    const failures = this.incidents.failures.newest();
    return [
      ...diagnoseLocks(await this.inspector.lockPairs(), words),
      ...diagnoseFailures(failures, await this.deadlocksToday(), words),
    ];
  }

  private async settled(findings: Finding[]): Promise<Finding[]> {
    return findings.length === 0 ? [] : settled(findings, await this.watchedMs());
  }

  /** By this process; where the server counts by itself, by any. */
  private async watchedMs(): Promise<number> {
    const ownMs = Date.now() - this.statistics.since.getTime();
    if (!this.inspector.countsIndexScans) return ownMs;
    const first = await this.history.oldestWithin('database', 14 * day);
    return Math.max(ownMs, first ? (this.history.minute - first.minute) * 60_000 : 0);
  }

  private async deadlocksToday(): Promise<number> {
    const now = (await this.inspector.deadlocks()) ?? 0;
    if (now === 0) return 0;
    const before = await this.history.oldestWithin('database', day);
    return now - (before?.figures.deadlocks ?? now);
  }
}

export const tableBytes = ({ tables }: StorageReport): Record<string, number> =>
  Object.fromEntries(tables.map(({ name, bytes, indexBytes }) => [name, (bytes ?? 0) + (indexBytes ?? 0)]));
