import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../../platform/database/database';
import { Inspector, type TableScan } from '../inspector';
import { QueryStatistics } from './query-statistics';
import type { Statement } from './statement';

const cacheMs = 600_000;
const maxPlannedStatements = 150;

export interface StatementScan extends TableScan {
  statement: Statement;
  calls: number;
}

export const countCalls = (statement: Statement): number => sumSeries(statement, (series) => series.durations.count);
export const totalMsOf = (statement: Statement): number => sumSeries(statement, (series) => series.durations.totalMs);

type SeriesItem = Statement['series'] extends Map<string, infer S> ? S : never;
const sumSeries = (statement: Statement, of: (series: SeriesItem) => number): number =>
  [...statement.series.values()].reduce((total, series) => total + of(series), 0);

/** The plans of the statements of this process. Each plan is cached for ten minutes. A statement is explained without running it. */
@Injectable()
export class QueryPlans {
  private readonly plans = new LRUCache<string, { text: string | null }>({ max: 500, ttl: cacheMs });

  constructor(
    private readonly database: Database,
    private readonly inspector: Inspector,
    private readonly statistics: QueryStatistics,
  ) {}

  async planOf(statement: Statement): Promise<string | null> {
    const known = this.plans.get(statement.id);
    if (known) return known.text;
    const text = statement.example === null ? null : await this.database.dialect.diagnostics.explain(statement.example);
    this.plans.set(statement.id, { text });
    return text;
  }

  /** Finds statements that read a whole table although they compare its columns, the most expensive first. */
  async findScans(): Promise<StatementScan[]> {
    const planned = await this.planCostliest();
    const seen = await this.inspector.scansOf(
      planned.map(({ statement, plan }) => ({ sql: statement.example!, plan })),
    );
    return planned.flatMap(({ statement }, at) =>
      seen[at]!.map((scan) => ({ ...scan, statement, calls: countCalls(statement) })),
    );
  }

  /** Counts the calls that use each index, according to the plans of the statements. */
  async countIndexUses(): Promise<Map<string, number>> {
    const use = new Map<string, number>();
    for (const { statement, plan } of await this.planCostliest())
      for (const index of new Set(this.inspector.indexesUsedBy(plan)))
        use.set(index, (use.get(index) ?? 0) + countCalls(statement));
    return use;
  }

  private async planCostliest(): Promise<{ statement: Statement; plan: string }[]> {
    const explainable = [...this.statistics.statements.values()].filter(
      ({ example, isControl }) => example && !isControl,
    );
    const costliest = explainable
      .sort((one, other) => totalMsOf(other) - totalMsOf(one))
      .slice(0, maxPlannedStatements);
    const planned: { statement: Statement; plan: string }[] = [];
    for (const statement of costliest) {
      const plan = await this.planOf(statement);
      if (plan) planned.push({ statement, plan });
    }
    return planned;
  }
}
