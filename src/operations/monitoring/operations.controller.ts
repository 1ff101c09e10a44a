import { Controller, Get, Query } from '@nestjs/common';
import { CurrentActor, type Actor } from '../../platform/auth/actor';
import { requireAdministrator } from '../../platform/auth/administrator';
import { Config } from '../../platform/config/config';
import { Forbidden } from '../../platform/errors/access.errors';
import { Route } from '../../platform/http/route';
import { DatabaseReport } from './database-report';
import * as dto from './operations.dto';
import { ProcessSampler } from './process-sampler';
import { QueriesQuery, QueriesShown, SlowQueries, SlowQuery } from './queries.dto';
import { QueryReport } from './query-report';
import { QueryStatistics } from './query-statistics';

const always = { errors: [Forbidden], tag: 'Operations' };

/** How the database does; one shape on both engines. */
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
  @Route({ summary: 'Tell what is wrong with the database', response: dto.DatabaseShown, ...always })
  async show(@CurrentActor() actor: Actor): Promise<dto.DatabaseShown> {
    requireAdministrator(actor);
    return this.report.overview(this.sampler.source, this.statistics.since);
  }

  @Get('queries')
  @Route({ summary: 'List statements with their execution times and routes', response: QueriesShown, ...always })
  async queries(
    @CurrentActor() actor: Actor,
    @Query({ schema: QueriesQuery }) query: QueriesQuery,
  ): Promise<QueriesShown> {
    requireAdministrator(actor);
    return this.queryReport.queries(query);
  }

  @Get('slow-queries')
  @Route({ summary: 'List the last slow statements with their plans', response: SlowQueries, ...always })
  async slowQueries(@CurrentActor() actor: Actor, @Query({ schema: SlowQuery }) { limit }: SlowQuery) {
    requireAdministrator(actor);
    return { thresholdMs: this.config.settings.SLOW_QUERY_MS, queries: await this.queryReport.slow(limit) };
  }

  @Get('connections')
  @Route({ summary: 'Show who is connected and who waits', response: dto.ConnectionsShown, ...always })
  async connections(@CurrentActor() actor: Actor): Promise<dto.ConnectionsShown> {
    requireAdministrator(actor);
    return this.report.connections();
  }

  @Get('indexes')
  @Route({ summary: 'List indexes with their use', response: dto.IndexesShown, ...always })
  async indexes(@CurrentActor() actor: Actor): Promise<dto.IndexesShown> {
    requireAdministrator(actor);
    return this.report.indexes();
  }

  @Get('storage')
  @Route({ summary: 'Show what takes space and how fast it grows', response: dto.StorageShown, ...always })
  async storage(@CurrentActor() actor: Actor): Promise<dto.StorageShown> {
    requireAdministrator(actor);
    return this.report.storage();
  }

  @Get('locks')
  @Route({ summary: 'Show who waits for whom, deadlocks and time-outs', response: dto.LocksShown, ...always })
  async locks(@CurrentActor() actor: Actor): Promise<dto.LocksShown> {
    requireAdministrator(actor);
    return this.report.locks();
  }

  @Get('history')
  @Route({
    summary: 'Give the samples of the last hours, one a minute and source',
    response: dto.HistoryShown,
    ...always,
  })
  async history(
    @CurrentActor() actor: Actor,
    @Query({ schema: dto.HistoryQuery }) { hours }: dto.HistoryQuery,
  ): Promise<dto.HistoryShown> {
    requireAdministrator(actor);
    return this.report.over(hours);
  }
}
