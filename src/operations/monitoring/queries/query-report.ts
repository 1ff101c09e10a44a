import { Injectable } from '@nestjs/common';
import { Inspector } from '../inspector';
import { Histogram } from '../samples/histogram';
import { QueryPlans } from './query-plans';
import { QueryStatistics } from './query-statistics';
import { isOwnStatement, type Series, type Statement } from './statement';
import { Incidents, type SlowQuery } from '../incidents';
import { fingerprint } from './statement-text';
import type { QueriesQuery, QueriesResponse, SlowQueryResponse, StatementResponse } from './queries.dto';

const round = (value: number): number => Math.round(value * 1_000) / 1_000;
const maxRoutes = 20;

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
    const server = await this.inspector.serverStatements();
    const candidates = [...this.statistics.statements.values()].filter(
      (each) => own === 'show' || !isOwnStatement(each),
    );
    const all = candidates.map((statement) => toStatementResponse(statement));
    const key: Record<QueriesQuery['sort'], (response: StatementResponse) => number> = {
      total: ({ totalMs }) => totalMs,
      calls: ({ calls }) => calls,
      p95: ({ p95Ms }) => p95Ms,
      rows: ({ rows }) => rows,
    };
    const selected = all.sort((one, other) => key[sort](other) - key[sort](one)).slice(0, limit);
    return {
      since: this.statistics.since.toISOString(),
      serverRecord: server !== null,
      statements: selected.map((response) => ({
        ...response,
        server: server?.get(fingerprint(response.statement)) ?? null,
      })),
    };
  }

  async listSlowQueries(limit: number): Promise<SlowQueryResponse[]> {
    const responses: SlowQueryResponse[] = [];
    for (const query of this.incidents.slowQueries.newest(limit)) responses.push(await this.toSlowQueryResponse(query));
    return responses;
  }

  private async toSlowQueryResponse({
    at,
    statement,
    route,
    traceId,
    durationMs,
    rows,
  }: SlowQuery): Promise<SlowQueryResponse> {
    const plan = await this.plans.planOf(statement);
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

function toStatementResponse(statement: Statement): StatementResponse {
  const all = [...statement.series.values()].sort((one, other) => other.durations.totalMs - one.durations.totalMs);
  const durations = all.reduce((sum, series) => sum.merge(series.durations), new Histogram());
  const rows = all.reduce((sum, series) => sum + series.rows, 0);
  const routes = all.slice(0, maxRoutes).map(toRouteFigures);
  const { id, text } = statement;
  return { id, statement: text, own: isOwnStatement(statement), ...toFigures(durations, rows), routes, server: null };
}

const toRouteFigures = ({ route, durations, rows }: Series) => ({ route, ...toFigures(durations, rows) });
