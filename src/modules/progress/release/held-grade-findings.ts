import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Finding } from '../../../platform/findings/finding';
import { FindingSources, type FindingSource } from '../../../platform/findings/finding-sources';
import { Metrics } from '../../../platform/metrics/metrics';
import { Clock } from '../../../platform/time/clock';

const maxAgeDays = 30;
const dayMs = 86_400_000;

/** Reports grades that nobody has released for a long time. The students wait for their scores and their coins. */
@Injectable()
export class HeldGradeFindings implements FindingSource {
  constructor(
    sources: FindingSources,
    metrics: Metrics,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    sources.register(this);
    const late = metrics.gauge('teoart_held_grades_late', `Grades that were not released within ${maxAgeDays} days`);
    metrics.onScrape(async () => late.set({}, await this.countLate()));
  }

  async findings(): Promise<Finding[]> {
    const lateCount = await this.countLate();
    if (lateCount === 0) return [];
    return [
      {
        kind: 'late-held-grades',
        severity: 'warning',
        subject: 'progress_heldgrade',
        explanation: `${lateCount} grades wait for their release for more than ${maxAgeDays} days. Ask the teachers of these exercises to release them.`,
        mend: `SELECT w.exercise_id, count(*) FROM progress_heldgrade h JOIN courses_exercisesubmission w ON w.id = h.submission_id GROUP BY w.exercise_id;`,
      },
    ];
  }

  private async countLate(): Promise<number> {
    const sql = 'SELECT count(*) AS total FROM progress_heldgrade WHERE graded_at < $1';
    const limit = new Date(this.clock.now().getTime() - maxAgeDays * dayMs);
    return (await this.database.row({ total: int }, sql, [limit]))!.total;
  }
}
