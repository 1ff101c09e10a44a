import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Finding } from '../../../platform/findings/finding';
import { FindingSources, type FindingSource } from '../../../platform/findings/finding-sources';
import { Metrics } from '../../../platform/metrics/metrics';
import { Clock } from '../../../platform/time/clock';

const dayMs = 86_400_000;

/** Reports people whose data should have been removed, because the job does not run or something must be settled before. */
@Injectable()
export class DepartureFindings implements FindingSource {
  constructor(
    sources: FindingSources,
    metrics: Metrics,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    sources.register(this);
    const late = metrics.gauge(
      'teoart_departures_late',
      'People who left, whose data should have been removed a day ago',
    );
    metrics.onScrape(async () => late.set({}, await this.countLate()));
  }

  async findings(): Promise<Finding[]> {
    const lateCount = await this.countLate();
    if (lateCount === 0) return [];
    return [
      {
        kind: 'late-departures',
        severity: 'warning',
        subject: 'users_departure',
        explanation: `The data of ${lateCount} people who left should have been removed. A run of the job says in the log what failed, and counts as waiting those who still have a withdrawal or a course.`,
        mend: '-- node dist/src/cli.js job users:erase-departed',
      },
    ];
  }

  private async countLate(): Promise<number> {
    const sql = 'SELECT count(*) AS total FROM users_departure WHERE left_at IS NULL AND due_at < $1';
    const dayAgo = new Date(this.clock.now().getTime() - dayMs);
    return (await this.database.row({ total: int }, sql, [dayAgo]))!.total;
  }
}
