import { Injectable } from '@nestjs/common';
import { Inspector } from '../inspector';
import { Histogram } from '../samples/histogram';
import { QueryPlans } from './query-plans';
import { QueryStatistics } from './query-statistics';
import { isOwnStatement, type Series, type Statement } from './statement';
import { Incidents, type SlowQuery } from '../incidents';
import { fingerprint } from './statement-text';
import type { QueriesQuery, QueriesResponse, SlowQueryResponse, StatementResponse } from './queries.dto';

/** Rounds to three decimals. */
const round = (value: number): number => Math.round(value * 1_000) / 1_000;
const maxRoutes = 20;

/** The values by which a list of statements is sorted, the highest first. */
const sortValues: Record<QueriesQuery['sort'], (response: StatementResponse) => number> = {
  total: ({ totalMs }) => totalMs,
  calls: ({ calls }) => calls,
  p95: ({ p95Ms }) => p95Ms,
  rows: ({ rows }) => rows,
};

const toFigures = (durations: Histogram, rows: number) => ({
  calls: durations.count,
  totalMs: round(durations.totalMs),
  longestMs: round(durations.longestMs),
  rows,
  p50Ms: round(durations.quantileMs(0.5)),
  p95Ms: round(durations.quantileMs(0.95)),
  p99Ms: round(durations.quantileMs(0.99)),
});

/** Builds the responses about statements: quantiles, and plans of slow statements. */
@Injectable()
export class QueryReport {
  constructor(
    private readonly statistics: QueryStatistics,
    private readonly incidents: Incidents,
    private readonly plans: QueryPlans,
    private readonly inspector: Inspector,
  ) {}

  async listQueries({ sort, limit, own }: QueriesQuery): Promise<QueriesResponse> {
    const serverStatements = await this.inspector.serverStatements();
    const statements = [...this.statistics.statements.values()];
    const listed = statements.filter((statement) => own === 'show' || !isOwnStatement(statement));
    const valueOf = sortValues[sort];
    const responses = listed.map(toStatementResponse).sort((left, right) => valueOf(right) - valueOf(left));
    return {
      since: this.statistics.since.toISOString(),
      serverRecord: serverStatements !== null,
      statements: responses.slice(0, limit).map((response) => ({
        ...response,
        server: serverStatements?.get(fingerprint(response.statement)) ?? null,
      })),
    };
  }

  async listSlowQueries(limit: number): Promise<SlowQueryResponse[]> {
    const responses: SlowQueryResponse[] = [];
    for (const query of this.incidents.slowQueries.newest(limit)) responses.push(await this.toSlowQueryResponse(query));
    return responses;
  }

  private async toSlowQueryResponse(query: SlowQuery): Promise<SlowQueryResponse> {
    return {
      at: query.at.toISOString(),
      statement: query.statement.text,
      route: query.route,
      traceId: query.traceId,
      durationMs: round(query.durationMs),
      rows: query.rows,
      plan: await this.plans.planOf(query.statement),
    };
  }
}

function toStatementResponse(statement: Statement): StatementResponse {
  const seriesList = [...statement.series.values()];
  const costliestFirst = seriesList.sort((left, right) => right.durations.totalMs - left.durations.totalMs);
  const durations = new Histogram();
  let rows = 0;
  for (const series of costliestFirst) {
    durations.merge(series.durations);
    rows += series.rows;
  }
  return {
    id: statement.id,
    statement: statement.text,
    own: isOwnStatement(statement),
    ...toFigures(durations, rows),
    routes: costliestFirst.slice(0, maxRoutes).map(toRouteFigures),
    server: null,
  };
}

const toRouteFigures = ({ route, durations, rows }: Series) => ({ route, ...toFigures(durations, rows) });
