import { Injectable } from '@nestjs/common';
import { instant, int, nullable } from '../database/columns';
import { Database } from '../database/database';
import { Clock } from '../time/clock';

export interface OutboxStatistics {
  waiting: number;
  failing: number;
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
      { waiting: int, failing: int, dead: int, oldest: nullable(instant) },
      `SELECT count(*) AS waiting, COALESCE(SUM(CASE WHEN attempts > 0 AND dead_at IS NULL THEN 1 ELSE 0 END), 0) AS failing,
         COALESCE(SUM(CASE WHEN dead_at IS NULL THEN 0 ELSE 1 END), 0) AS dead,
         MIN(CASE WHEN dead_at IS NULL THEN created_at END) AS oldest FROM platform_outbox`,
    );
    const { waiting, failing, dead, oldest } = row!;
    const oldestSeconds = oldest ? Math.max(0, (this.clock.now().getTime() - oldest.getTime()) / 1_000) : 0;
    return { waiting: waiting - dead, failing, dead, oldestSeconds };
  }
}
