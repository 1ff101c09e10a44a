import { hostname } from 'node:os';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Config } from '../../../platform/config/config';
import { CallScope, inScope } from '../../../platform/database/scope/call-scope';
import { Database } from '../../../platform/database/database';
import { SampleHistory, type Figures } from './sample-history';
import { Incidents } from '../incidents';
import { QueryStatistics } from '../queries/query-statistics';

const intervalMs = 60_000;

/** Stores figures of this process every minute, because no other process knows them. */
@Injectable()
export class ProcessSampler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly source = `process:${hostname().slice(0, 60)}:${process.pid}`;
  private readonly log = new Logger('Monitoring');
  private timer: NodeJS.Timeout | undefined;
  /** The totals of the last sample. A sample stores the difference to them. */
  private lastTotals = { slowCount: 0, failedCount: 0, waitedMs: 0 };

  constructor(
    private readonly database: Database,
    private readonly statistics: QueryStatistics,
    private readonly incidents: Incidents,
    private readonly history: SampleHistory,
    private readonly config: Config,
    private readonly http: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.tick(), intervalMs).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async sample(): Promise<void> {
    const scope = new CallScope('job', 'process sampler');
    await inScope(scope, () => this.history.save(this.source, this.takeFigures()));
  }

  /** Stores samples only for servers and workers, so that long commands do not appear in the plots. */
  private async tick(): Promise<void> {
    const server = this.http.httpAdapter?.getHttpServer() as { listening?: boolean } | undefined;
    const isServer = server?.listening === true;
    if (!isServer && !this.config.isWorker) return;
    await this.sample().catch((error: unknown) =>
      this.log.warn('The sample of this minute could not be stored', error),
    );
  }

  /** Returns the figures since the last sample, and starts new ones. */
  private takeFigures(): Figures {
    const durations = this.statistics.takeMinute();
    const usage = this.database.dialect.diagnostics.connectionUsage();
    const totals = {
      slowCount: this.incidents.slowQueries.totalCount,
      failedCount: this.incidents.failures.totalCount,
      waitedMs: usage.waitedMs,
    };
    const figures = {
      calls: durations.count,
      totalMs: round(durations.totalMs),
      longestMs: round(durations.longestMs),
      p50Ms: round(durations.quantileMs(0.5)),
      p95Ms: round(durations.quantileMs(0.95)),
      p99Ms: round(durations.quantileMs(0.99)),
      pool: usage.total,
      waiting: usage.waiting,
      slow: totals.slowCount - this.lastTotals.slowCount,
      failed: totals.failedCount - this.lastTotals.failedCount,
      waitedMs: round(totals.waitedMs - this.lastTotals.waitedMs),
    };
    this.lastTotals = totals;
    return figures;
  }
}

/** Rounds to three decimals. */
const round = (value: number): number => Math.round(value * 1_000) / 1_000;
