import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../platform/database/database';
import { Inspector, type ScanSeen } from './inspector';
import { QueryStatistics } from './query-statistics';
import type { Statement } from './statement';

const goodForMs = 600_000;
const mostPlanned = 150;

export interface Scan extends ScanSeen {
  statement: Statement;
  calls: number;
}

export const callsOf = (statement: Statement): number => sum(statement, (series) => series.durations.count);
export const timeOf = (statement: Statement): number => sum(statement, (series) => series.durations.totalMs);

type SeriesOf = Statement['series'] extends Map<string, infer S> ? S : never;
const sum = (statement: Statement, of: (series: SeriesOf) => number): number =>
  [...statement.series.values()].reduce((total, series) => total + of(series), 0);

/** The plan of each statement that took time here: asked for once in ten minutes, never by running the statement. */
@Injectable()
export class Plans {
  private readonly plans = new LRUCache<string, { text: string | null }>({ max: 500, ttl: goodForMs });

  constructor(
    private readonly database: Database,
    private readonly inspector: Inspector,
    private readonly statistics: QueryStatistics,
  ) {}

  async of(statement: Statement): Promise<string | null> {
    const known = this.plans.get(statement.id);
    if (known) return known.text;
    const text = statement.example === null ? null : await this.database.dialect.vitals.explain(statement.example);
    this.plans.set(statement.id, { text });
    return text;
  }

  /** Statements that read a table from end to end though they compare columns, the most costly first. */
  async scans(): Promise<Scan[]> {
    const planned = await this.ofCostliest();
    const seen = await this.inspector.scansOf(
      planned.map(({ statement, plan }) => ({ sql: statement.example!, plan })),
    );
    return planned.flatMap(({ statement }, at) =>
      seen[at]!.map((scan) => ({ ...scan, statement, calls: callsOf(statement) })),
    );
  }

  /** How many calls used an index, by its plan. */
  async indexUse(): Promise<Map<string, number>> {
    const use = new Map<string, number>();
    for (const { statement, plan } of await this.ofCostliest())
      for (const index of new Set(this.inspector.indexesUsedBy(plan)))
        use.set(index, (use.get(index) ?? 0) + callsOf(statement));
    return use;
  }

  private async ofCostliest(): Promise<{ statement: Statement; plan: string }[]> {
    const asked = [...this.statistics.statements.values()].filter(({ example, isControl }) => example && !isControl);
    const costliest = asked.sort((one, other) => timeOf(other) - timeOf(one)).slice(0, mostPlanned);
    const planned: { statement: Statement; plan: string }[] = [];
    for (const statement of costliest) {
      const plan = await this.of(statement);
      if (plan) planned.push({ statement, plan });
    }
    return planned;
  }
}
