import { Injectable } from '@nestjs/common';
import { date, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { tuplesSql } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';
import { addDays, isTimeZone, localDateIn, localHourIn, type LocalDate } from '../../../platform/time/local-date';
import { countStreakDays } from './streak';

export interface StreakAtRisk {
  userId: number;
  days: number;
  /** The date of the learner, at whose end the streak ends. */
  today: LocalDate;
}

const candidateShape = {
  userId: int,
  timezone: text,
  run: int,
  lastDate: nullable(date),
  lastTimezone: nullable(text),
  lastBridge: nullable(date),
};
type Candidate = Row<typeof candidateShape>;

const pageSize = 1_000;

/** Finds the learners whose streak ends today unless they learn. */
@Injectable()
export class StreaksAtRisk {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Pages of the learners whose clock shows one of these hours. @param hours 0–23 */
  async *pages(hours: readonly number[]): AsyncGenerator<StreakAtRisk[]> {
    const zones = await this.zonesAt(hours);
    if (zones.length === 0) return;
    let afterUserId = 0;
    let candidates: Candidate[];
    do {
      candidates = await this.listCandidates(zones, afterUserId);
      const now = this.clock.now();
      const atRisk = candidates.flatMap((candidate) => toStreakAtRisk(candidate, now) ?? []);
      if (atRisk.length > 0) yield atRisk;
      afterUserId = candidates.at(-1)?.userId ?? 0;
    } while (candidates.length === pageSize);
  }

  /** The zones in use whose clock shows one of the hours, each with its date. */
  private async zonesAt(hours: readonly number[]): Promise<{ zone: string; today: LocalDate }[]> {
    const zones = await this.database.rows({ zone: text }, 'SELECT DISTINCT timezone AS zone FROM users_usersettings');
    const now = this.clock.now();
    return zones
      .filter(({ zone }) => isTimeZone(zone) && hours.includes(localHourIn(zone, now)))
      .map(({ zone }) => ({ zone, today: localDateIn(zone, now) }));
  }

  /** Whoever has a streak and was not active today. Those whose streak has ended already are among them. */
  private listCandidates(zones: { zone: string; today: LocalDate }[], afterUserId: number): Promise<Candidate[]> {
    const zonesSql = tuplesSql(zones.length, 2, ['varchar', this.database.dialect.dateType], 3);
    return this.database.rows(
      candidateShape,
      `SELECT p.user_id AS "userId", s.timezone, p.streak_run AS run, p.last_activity_on AS "lastDate",
         p.last_activity_timezone AS "lastTimezone", p.last_bridge_on AS "lastBridge"
       FROM users_userprogress p JOIN users_usersettings s ON s.user_id = p.user_id
       JOIN users_user u ON u.id = p.user_id AND u.is_active
       JOIN (VALUES ${zonesSql}) AS z ON z.column1 = s.timezone
       WHERE p.user_id > $1 AND p.streak_days > 0 AND p.last_activity_on < z.column2
       ORDER BY p.user_id LIMIT $2`,
      [afterUserId, pageSize, ...zones.flatMap(({ zone, today }) => [zone, today])],
    );
  }
}

/** Null if the streak has ended already, or goes on tomorrow, because a journey skipped a date. */
function toStreakAtRisk({ userId, timezone, ...state }: Candidate, now: Date): StreakAtRisk | null {
  const today = localDateIn(timezone, now);
  const days = countStreakDays(state, today, timezone);
  const isOver = countStreakDays(state, addDays(today, 1), timezone) === 0;
  return days > 0 && isOver ? { userId, days, today } : null;
}
