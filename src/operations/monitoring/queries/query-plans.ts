import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../../platform/database/database';
import { Inspector, type TableScan } from '../inspector';
import { QueryStatistics } from './query-statistics';
import type { Series, Statement } from './statement';

const cacheMs = 600_000;
const maxCachedPlans = 500;
const maxPlannedStatements = 150;

export interface StatementScan extends TableScan {
  statement: Statement;
  calls: number;
}

export const countCalls = (statement: Statement): number => sumSeries(statement, (series) => series.durations.count);
export const totalMsOf = (statement: Statement): number => sumSeries(statement, (series) => series.durations.totalMs);

function sumSeries(statement: Statement, valueOf: (series: Series) => number): number {
  let sum = 0;
  for (const series of statement.series.values()) sum += valueOf(series);
  return sum;
}

/** The plans of the statements of this process. Each plan is cached for ten minutes. A statement is explained without running it. */
@Injectable()
export class QueryPlans {
  private readonly plans = new LRUCache<string, { text: string | null }>({ max: maxCachedPlans, ttl: cacheMs });

  constructor(
    private readonly database: Database,
    private readonly inspector: Inspector,
    private readonly statistics: QueryStatistics,
  ) {}

  async planOf(statement: Statement): Promise<string | null> {
    const cached = this.plans.get(statement.id);
    if (cached) return cached.text;
    const text = statement.example === null ? null : await this.database.dialect.diagnostics.explain(statement.example);
    this.plans.set(statement.id, { text });
    return text;
  }

  /** Finds statements that read a whole table although they compare its columns, the most expensive first. */
  async findScans(): Promise<StatementScan[]> {
    const planned = await this.planCostliest();
    const statementPlans = planned.map(({ statement, plan }) => ({ sql: statement.example!, plan }));
    const scansByPlan = await this.inspector.scansOf(statementPlans);
    return planned.flatMap(({ statement }, index) => {
      const calls = countCalls(statement);
      return scansByPlan[index]!.map((scan) => ({ ...scan, statement, calls }));
    });
  }

  /** Counts the calls that use each index, according to the plans of the statements. */
  async countIndexUses(): Promise<Map<string, number>> {
    const callCounts = new Map<string, number>();
    for (const { statement, plan } of await this.planCostliest()) {
      const usedIndexes = new Set(this.inspector.indexesUsedBy(plan));
      for (const index of usedIndexes) callCounts.set(index, (callCounts.get(index) ?? 0) + countCalls(statement));
    }
    return callCounts;
  }

  /** Plans the statements with the longest total execution times. */
  private async planCostliest(): Promise<{ statement: Statement; plan: string }[]> {
    const statements = [...this.statistics.statements.values()];
    const explainable = statements.filter(({ example, isControl }) => example && !isControl);
    const costliestFirst = explainable.sort((left, right) => totalMsOf(right) - totalMsOf(left));
    const costliest = costliestFirst.slice(0, maxPlannedStatements);
    const planned: { statement: Statement; plan: string }[] = [];
    for (const statement of costliest) {
      const plan = await this.planOf(statement);
      if (plan) planned.push({ statement, plan });
    }
    return planned;
  }
}
