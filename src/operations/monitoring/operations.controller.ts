import { Controller, Get, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../platform/auth/actor';
import { requireAdministrator } from '../../platform/auth/administrator';
import { Config } from '../../platform/config/config';
import { Forbidden } from '../../platform/errors/access.errors';
import { Route } from '../../platform/http/route';
import { DatabaseReport } from './database-report';
import { ConnectionsResponse, LocksResponse } from './connections.dto';
import { DatabaseHealthResponse, HistoryQuery, HistoryResponse } from './operations.dto';
import { IndexesResponse, StorageResponse } from './storage.dto';
import { ProcessSampler } from './samples/process-sampler';
import { QueriesQuery, QueriesResponse, SlowQueriesResponse, SlowQueriesQuery } from './queries/queries.dto';
import { QueryReport } from './queries/query-report';
import { QueryStatistics } from './queries/query-statistics';

const commonOptions = { errors: [Forbidden], tag: 'Operations' };

/** Reports the state of the database. Responses have the same schema on PostgreSQL and SQLite. */
@Controller('operations/database')
export class OperationsController {
  constructor(
    private readonly report: DatabaseReport,
    private readonly queryReport: QueryReport,
    private readonly sampler: ProcessSampler,
    private readonly statistics: QueryStatistics,
    private readonly config: Config,
  ) {}

  @Get()
  @Route({
    summary: 'Show the findings about the database',
    access: 'administrators',
    response: DatabaseHealthResponse,
    ...commonOptions,
  })
  async getDatabaseHealth(@CurrentActor() actor: Actor): Promise<DatabaseHealthResponse> {
    requireAdministrator(actor);
    return this.report.overview(this.sampler.source, this.statistics.since);
  }

  @Get('queries')
  @Route({
    summary: 'List statements with execution times and routes',
    access: 'administrators',
    response: QueriesResponse,
    ...commonOptions,
  })
  async getDatabaseQueries(
    @CurrentActor() actor: Actor,
    @Query({ schema: QueriesQuery }) query: QueriesQuery,
  ): Promise<QueriesResponse> {
    requireAdministrator(actor);
    return this.queryReport.listQueries(query);
  }

  @Get('slow-queries')
  @Route({
    summary: 'List the latest slow statements with their plans',
    access: 'administrators',
    response: SlowQueriesResponse,
    ...commonOptions,
  })
  async getSlowQueries(@CurrentActor() actor: Actor, @Query({ schema: SlowQueriesQuery }) { limit }: SlowQueriesQuery) {
    requireAdministrator(actor);
    return { thresholdMs: this.config.settings.SLOW_QUERY_MS, queries: await this.queryReport.listSlowQueries(limit) };
  }

  @Get('connections')
  @Route({
    summary: 'Show connections and waiting sessions',
    access: 'administrators',
    response: ConnectionsResponse,
    ...commonOptions,
  })
  async getDatabaseConnections(@CurrentActor() actor: Actor): Promise<ConnectionsResponse> {
    requireAdministrator(actor);
    return this.report.connections();
  }

  @Get('indexes')
  @Route({
    summary: 'List indexes with their usage',
    access: 'administrators',
    response: IndexesResponse,
    ...commonOptions,
  })
  async getDatabaseIndexes(@CurrentActor() actor: Actor): Promise<IndexesResponse> {
    requireAdministrator(actor);
    return this.report.indexes();
  }

  @Get('storage')
  @Route({
    summary: 'Show the size and growth of the database and its tables',
    access: 'administrators',
    response: StorageResponse,
    ...commonOptions,
  })
  async getDatabaseStorage(@CurrentActor() actor: Actor): Promise<StorageResponse> {
    requireAdministrator(actor);
    return this.report.storage();
  }

  @Get('locks')
  @Route({
    summary: 'Show blocked sessions, deadlocks and timeouts',
    access: 'administrators',
    response: LocksResponse,
    ...commonOptions,
  })
  async getDatabaseLocks(@CurrentActor() actor: Actor): Promise<LocksResponse> {
    requireAdministrator(actor);
    return this.report.locks();
  }

  @Get('history')
  @Route({
    summary: 'List the samples of the last hours, one per minute and source',
    access: 'administrators',
    response: HistoryResponse,
    ...commonOptions,
  })
  async getDatabaseHistory(
    @CurrentActor() actor: Actor,
    @Query({ schema: HistoryQuery }) { hours }: HistoryQuery,
  ): Promise<HistoryResponse> {
    requireAdministrator(actor);
    return this.report.historyOf(hours);
  }
}
