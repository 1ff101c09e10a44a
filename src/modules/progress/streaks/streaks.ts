import { Injectable } from '@nestjs/common';
import { date, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders, tuplesSql } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';
import { addDays, localDateIn } from '../../../platform/time/local-date';
import { streakDays, streakOf, type ActivityDay, type StreakState } from './streak';

const learnerStreakShape = {
  userId: int,
  timezone: text,
  streakDays: int,
  run: int,
  lastDate: nullable(date),
  lastTimezone: nullable(text),
  lastBridge: nullable(date),
};
type LearnerStreak = Row<typeof learnerStreakShape>;
const dayShape = { userId: int, date, firstTimezone: text, lastTimezone: text };
const pageSize = 1_000;

/** Recomputes stored streaks from the activity days, with a few statements for many learners (rule 11). */
@Injectable()
export class Streaks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Recomputes the streaks that can have changed since the last check: the learner was active since then, or the learner has a
   * streak and was not active yesterday in their time zone. Each page is a transaction of its own, so the work can be restarted.
   * @returns the number of learners checked, and the number whose stored streak was wrong
   */
  async recompute(): Promise<{ examined: number; changed: number }> {
    const total = { examined: 0, changed: 0 };
    for (let after = 0; ;) {
      const ids = await this.listCandidates(after);
      if (ids.length === 0) return total;
      total.examined += ids.length;
      total.changed += await this.recomputeOf(ids);
      after = ids.at(-1) as number;
    }
  }

  /** @returns the number of these learners whose stored streak was wrong */
  async recomputeOf(userIds: readonly number[]): Promise<number> {
    return this.database.transaction(async () => {
      const learners = await this.lockLearners(userIds);
      const days = await this.findDays(userIds);
      const now = this.clock.now();
      const recomputed = learners.map((learner) => ({ learner, state: streakOf(days.get(learner.userId) ?? []) }));
      const changed = recomputed.filter(({ learner, state }) => isDifferent(learner, state, now));
      if (changed.length > 0) await this.write(changed, now);
      const checkedSql = `UPDATE users_userprogress SET streak_checked_at = $1 WHERE user_id IN (${placeholders(userIds.length, 2)})`;
      await this.database.run(checkedSql, [now, ...userIds]);
      return changed.length;
    });
  }

  /** Yesterday's date is the same for all people in one time zone, so it is computed once for each time zone in use. */
  private async listCandidates(after: number): Promise<number[]> {
    const zones = await this.database.rows({ zone: text }, 'SELECT DISTINCT timezone AS zone FROM users_usersettings');
    if (zones.length === 0) return [];
    const now = this.clock.now();
    const yesterdays = zones.flatMap(({ zone }) => [zone, addDays(localDateIn(zone, now), -1)]);
    const rows = await this.database.rows(
      { userId: int },
      `SELECT p.user_id AS "userId" FROM users_userprogress p
       JOIN users_usersettings s ON s.user_id = p.user_id
       JOIN (VALUES ${tuplesSql(zones.length, 2, ['varchar', this.database.dialect.dateType], 3)}) AS z
         ON z.column1 = s.timezone
       WHERE p.user_id > $1 AND (p.last_activity_date > p.streak_checked_at
         OR (p.last_activity_date IS NOT NULL AND p.streak_checked_at IS NULL)
         OR (p.streak_days > 0 AND p.last_activity_on < z.column2))
       ORDER BY p.user_id LIMIT $2`,
      [after, pageSize, ...yesterdays],
    );
    return rows.map((row) => row.userId);
  }

  private lockLearners(userIds: readonly number[]): Promise<LearnerStreak[]> {
    return this.database.rows(
      learnerStreakShape,
      `SELECT p.user_id AS "userId", s.timezone, p.streak_days AS "streakDays", p.streak_run AS run,
         p.last_activity_on AS "lastDate", p.last_activity_timezone AS "lastTimezone", p.last_bridge_on AS "lastBridge"
       FROM users_userprogress p JOIN users_usersettings s ON s.user_id = p.user_id
       WHERE p.user_id IN (${placeholders(userIds.length)}) ORDER BY p.user_id${this.database.dialect.forUpdate('p')}`,
      userIds,
    );
  }

  private async findDays(userIds: readonly number[]): Promise<Map<number, ActivityDay[]>> {
    const rows = await this.database.rows(
      dayShape,
      `SELECT user_id AS "userId", local_date AS date, first_timezone AS "firstTimezone", last_timezone AS "lastTimezone"
       FROM progress_activityday WHERE user_id IN (${placeholders(userIds.length)}) ORDER BY user_id, local_date`,
      userIds,
    );
    const days = new Map<number, ActivityDay[]>();
    for (const { userId, ...day } of rows) {
      const own = days.get(userId);
      if (own) own.push(day);
      else days.set(userId, [day]);
    }
    return days;
  }

  private async write(changed: { learner: LearnerStreak; state: StreakState }[], now: Date): Promise<void> {
    const { dateType } = this.database.dialect;
    await this.database.run(
      `UPDATE users_userprogress SET streak_days = v.column2, streak_run = v.column3, last_activity_on = v.column4,
         last_activity_timezone = v.column5, last_bridge_on = v.column6
       FROM (VALUES ${tuplesSql(changed.length, 6, ['bigint', 'int', 'int', dateType, 'varchar', dateType])}) AS v
       WHERE users_userprogress.user_id = v.column1`,
      changed.flatMap(({ learner, state }) => [
        learner.userId,
        streakDaysNow(learner, state, now),
        state.run,
        state.lastDate,
        state.lastTimezone,
        state.lastBridge,
      ]),
    );
  }
}

function streakDaysNow(learner: LearnerStreak, state: StreakState, now: Date): number {
  return streakDays(state, localDateIn(learner.timezone, now), learner.timezone);
}

function isDifferent(learner: LearnerStreak, state: StreakState, now: Date): boolean {
  return (
    learner.streakDays !== streakDaysNow(learner, state, now) ||
    learner.run !== state.run ||
    learner.lastDate !== state.lastDate ||
    learner.lastTimezone !== state.lastTimezone ||
    learner.lastBridge !== state.lastBridge
  );
}
