import { Injectable } from '@nestjs/common';
import { instant, int, nullable } from '../database/columns';
import { Database } from '../database/database';
import { Clock } from '../time/clock';

export interface OutboxStatistics {
  /** The number of events that are still delivered or retried. It includes the failing ones. */
  waiting: number;
  failing: number;
  /** The number of events whose delivery has failed so often that it is no longer retried. */
  dead: number;
  /** The age of the oldest event that is not dead; 0 if there is none. */
  oldestSeconds: number;
}

/** Counts the undelivered events, for metrics and findings. */
@Injectable()
export class OutboxMonitor {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async measure(): Promise<OutboxStatistics> {
    const row = await this.database.row(
      { undelivered: int, failing: int, dead: int, oldest: nullable(instant) },
      `SELECT count(*) AS undelivered, COALESCE(SUM(CASE WHEN attempts > 0 AND dead_at IS NULL THEN 1 ELSE 0 END), 0) AS failing,
         COALESCE(SUM(CASE WHEN dead_at IS NULL THEN 0 ELSE 1 END), 0) AS dead,
         MIN(CASE WHEN dead_at IS NULL THEN created_at END) AS oldest FROM platform_outbox`,
    );
    const { undelivered, failing, dead, oldest } = row!;
    const oldestAgeMs = oldest ? this.clock.now().getTime() - oldest.getTime() : 0;
    return { waiting: undelivered - dead, failing, dead, oldestSeconds: Math.max(0, oldestAgeMs / 1_000) };
  }
}
