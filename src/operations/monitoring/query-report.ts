import { Injectable } from '@nestjs/common';
import { Inspector } from './inspector';
import { Histogram } from './histogram';
import { Plans } from './query-plans';
import { QueryStatistics } from './query-statistics';
import { isOwn, type Series, type Statement } from './statement';
import { Incidents, type SlowQuery } from './incidents';
import { fingerprint } from './statement-text';
import type { QueriesQuery, QueriesShown, SlowQueryShown, StatementShown } from './queries.dto';

const round = (value: number): number => Math.round(value * 1_000) / 1_000;
const mostRoutes = 20;

const figuresOf = (durations: Histogram, rows: number) => ({
  ...{ calls: durations.count, totalMs: round(durations.totalMs), longestMs: round(durations.longestMs), rows },
  ...{ p50Ms: round(durations.quantileMs(0.5)), p95Ms: round(durations.quantileMs(0.95)) },
  p99Ms: round(durations.quantileMs(0.99)),
});

/** Statements with their quantiles, and the slow ones with their plans. */
@Injectable()
export class QueryReport {
  constructor(
    private readonly statistics: QueryStatistics,
    private readonly incidents: Incidents,
    private readonly plans: Plans,
    private readonly inspector: Inspector,
  ) {}

  async queries({ sort, limit, own }: QueriesQuery): Promise<QueriesShown> {
    const server = await this.inspector.serverStatements();
    const chosenFrom = [...this.statistics.statements.values()].filter((each) => own === 'show' || !isOwn(each));
    const all = chosenFrom.map((statement) => summed(statement));
    const key: Record<QueriesQuery['sort'], (shown: StatementShown) => number> = {
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
  const { id, text } = statement;
  return { id, statement: text, own: isOwn(statement), ...figuresOf(durations, rows), routes, server: null };
}

const ofRoute = ({ route, durations, rows }: Series) => ({ route, ...figuresOf(durations, rows) });
