import { Injectable } from '@nestjs/common';
import { Inspector } from './inspector';
import { Histogram } from './histogram';
import { Plans } from './plans';
import { QueryStatistics } from './query-statistics';
import type { Series, Statement } from './statement';
import { Incidents, type SlowQuery } from './incidents';
import { fingerprint } from './statement-text';
import type { QueriesShown, SlowQueryShown, StatementShown } from './queries.dto';

const round = (value: number): number => Math.round(value * 1_000) / 1_000;
const mostRoutes = 20;

const figuresOf = (durations: Histogram, rows: number) => ({
  ...{ calls: durations.count, totalMs: round(durations.totalMs), longestMs: round(durations.longestMs), rows },
  ...{ p50Ms: round(durations.quantileMs(0.5)), p95Ms: round(durations.quantileMs(0.95)) },
  p99Ms: round(durations.quantileMs(0.99)),
});

export type QuerySort = 'total' | 'calls' | 'p95' | 'rows';

/** Statements with their quantiles, and the slow ones with their plans. */
@Injectable()
export class QueryReport {
  constructor(
    private readonly statistics: QueryStatistics,
    private readonly incidents: Incidents,
    private readonly plans: Plans,
    private readonly inspector: Inspector,
  ) {}

  async queries(sort: QuerySort, limit: number): Promise<QueriesShown> {
    const server = await this.inspector.serverStatements();
    const all = [...this.statistics.statements.values()].map((statement) => summed(statement));
    const key: Record<QuerySort, (shown: StatementShown) => number> = {
      ...{ total: ({ totalMs }) => totalMs, calls: ({ calls }) => calls, p95: ({ p95Ms }) => p95Ms },
      rows: ({ rows }) => rows,
    };
    const chosen = all.sort((one, other) => key[sort](other) - key[sort](one)).slice(0, limit);
    return {
      since: this.statistics.since.toISOString(),
      serverRecord: server !== null,
      statements: chosen.map((shown) => ({ ...shown, server: server?.get(fingerprint(shown.statement)) ?? null })),
    };
  }

  async slow(limit: number): Promise<SlowQueryShown[]> {
    const shown: SlowQueryShown[] = [];
    for (const query of this.incidents.slowQueries.newest(limit)) shown.push(await this.show(query));
    return shown;
  }

  private async show({ at, statement, route, traceId, durationMs, rows }: SlowQuery): Promise<SlowQueryShown> {
    const plan = await this.plans.of(statement);
    return {
      at: at.toISOString(),
      statement: statement.text,
      route,
      traceId,
      durationMs: round(durationMs),
      rows,
      plan,
    };
  }
}

function summed(statement: Statement): StatementShown {
  const all = [...statement.series.values()].sort((one, other) => other.durations.totalMs - one.durations.totalMs);
  const durations = all.reduce((sum, series) => sum.merge(series.durations), new Histogram());
  const rows = all.reduce((sum, series) => sum + series.rows, 0);
  const routes = all.slice(0, mostRoutes).map(ofRoute);
  return { id: statement.id, statement: statement.text, ...figuresOf(durations, rows), routes, server: null };
}

const ofRoute = ({ route, durations, rows }: Series) => ({ route, ...figuresOf(durations, rows) });
