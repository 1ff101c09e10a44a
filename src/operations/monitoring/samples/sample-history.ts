import { Injectable } from '@nestjs/common';
import { int, jsonOf, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';

export type Figures = Record<string, number>;

export interface Point {
  source: string;
  /** Minutes since 1970. */
  minute: number;
  figures: Figures;
}

const minutesPerDay = 1_440;
const retentionMinutes = 14 * minutesPerDay;
/** The number of points of a plot is limited, because a screen cannot show more. */
const maxPoints = 1_440;
const shape = { source: text, minute: int, figures: jsonOf<Figures>() };

/** Keeps samples for two weeks, one row per minute and source. */
@Injectable()
export class SampleHistory {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  get currentMinute(): number {
    return Math.floor(this.clock.now().getTime() / 60_000);
  }

  /** Stores the sample of the current minute. A second sample of the same minute is ignored. @returns whether it was stored */
  async save(source: string, figures: Figures): Promise<boolean> {
    const insertedCount = await this.database.transaction(() =>
      this.database.run(
        'INSERT INTO platform_sample (source, minute, figures) VALUES ($1, $2, $3) ON CONFLICT (source, minute) DO NOTHING',
        [source, this.currentMinute, figures],
      ),
    );
    return insertedCount === 1;
  }

  async deleteExpired(): Promise<number> {
    const oldestKeptMinute = this.currentMinute - retentionMinutes;
    return this.database.transaction(() =>
      this.database.run('DELETE FROM platform_sample WHERE minute < $1', [oldestKeptMinute]),
    );
  }

  /** Lists every minute for up to a day, and every n-th minute for longer periods. */
  async listSince(hours: number): Promise<{ points: Point[]; stepMinutes: number }> {
    const stepMinutes = Math.max(1, Math.ceil((hours * 60) / maxPoints));
    const points = await this.database.rows(
      shape,
      `SELECT source, minute, figures FROM platform_sample
       WHERE minute > $1 AND minute % $2 = 0 AND source <> 'tables' ORDER BY minute`,
      [this.currentMinute - hours * 60, stepMinutes],
    );
    return { points, stepMinutes };
  }

  async findNewest(source: string): Promise<Point | undefined> {
    return this.database.row(
      shape,
      'SELECT source, minute, figures FROM platform_sample WHERE source = $1 ORDER BY minute DESC LIMIT 1',
      [source],
    );
  }

  async findOldestWithin(source: string, hours: number): Promise<Point | undefined> {
    return this.database.row(
      shape,
      `SELECT source, minute, figures FROM platform_sample
       WHERE source = $1 AND minute >= $2 ORDER BY minute LIMIT 1`,
      [source, this.currentMinute - hours * 60],
    );
  }

  /**
   * Computes the growth of each figure in bytes per day since the oldest sample of the last week.
   * @returns an empty map if that sample is less than an hour old, because an hour is too short for an estimate
   */
  async computeGrowth(source: 'tables' | 'database', current: Figures): Promise<Map<string, number>> {
    const oldest = await this.findOldestWithin(source, 7 * 24);
    const days = oldest ? (this.currentMinute - oldest.minute) / minutesPerDay : 0;
    if (!oldest || days < 1 / 24) return new Map();
    const growth = new Map<string, number>();
    for (const [name, currentBytes] of Object.entries(current)) {
      const oldestBytes = oldest.figures[name];
      if (oldestBytes !== undefined) growth.set(name, (currentBytes - oldestBytes) / days);
    }
    return growth;
  }
}
