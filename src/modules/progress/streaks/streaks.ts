import { Injectable } from '@nestjs/common';
import { date, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { placeholders, tuplesSql } from '../../../platform/database/insert-rows';
import { Clock } from '../../../platform/time/clock';
import { addDays, localDateIn } from '../../../platform/time/local-date';
import { countStreakDays, streakOf, type ActivityDay, type StreakState } from './streak';
import { UserProgress } from '../learner/user-progress.entity';
import { ActivityDayRow } from './activity-day.entity';

const learnerColumns = columnsOf(UserProgress, ['userId', 'streakDays']);
const learnerStreakShape = {
  ...learnerColumns.shape,
  timezone: text,
  run: int,
  lastDate: nullable(date),
  lastTimezone: nullable(text),
  lastBridge: nullable(date),
};
type LearnerStreak = Row<typeof learnerStreakShape>;
const dayColumns = columnsOf(ActivityDayRow, ['userId', 'firstTimezone', 'lastTimezone']);
const dayShape = { ...dayColumns.shape, date };
const pageSize = 1_000;

/** Recomputes stored streaks from the activity days, with a few statements for many learners (rule 11). */
@Injectable()
export class Streaks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Recomputes the streaks that can have changed since the last check, because the learner was active since then, or has a streak and
   * was not active yesterday in their time zone. Each page has its own transaction, so that a stopped run loses no finished page.
   * @returns the number of learners checked, and the number whose stored streak was wrong
   */
  async recompute(): Promise<{ examined: number; changed: number }> {
    const report = { examined: 0, changed: 0 };
    let lastUserId = 0;
    for (;;) {
      const userIds = await this.listCandidates(lastUserId);
      if (userIds.length === 0) return report;
      report.examined += userIds.length;
      report.changed += await this.recomputeOf(userIds);
      lastUserId = userIds.at(-1) as number;
    }
  }

  /** @returns the number of these learners whose stored streak was wrong */
  async recomputeOf(userIds: readonly number[]): Promise<number> {
    return this.database.transaction(async () => {
      const learners = await this.lockLearners(userIds);
      const days = await this.findDaysByUser(userIds);
      const now = this.clock.now();
      const recomputed = learners.map((learner) => {
        const daysOfLearner = days.get(learner.userId) ?? [];
        return { learner, state: streakOf(daysOfLearner) };
      });
      const changed = recomputed.filter(({ learner, state }) => isDifferent(learner, state, now));
      if (changed.length > 0) await this.write(changed, now);
      const checkedSql = `UPDATE users_userprogress SET streak_checked_at = $1 WHERE user_id IN (${placeholders(userIds.length, 2)})`;
      await this.database.run(checkedSql, [now, ...userIds]);
      return changed.length;
    });
  }

  /** Compares with yesterday's date in the time zone of each learner. The dates are computed here, once for each time zone in use. */
  private async listCandidates(lastUserId: number): Promise<number[]> {
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
      [lastUserId, pageSize, ...yesterdays],
    );
    return rows.map((row) => row.userId);
  }

  private lockLearners(userIds: readonly number[]): Promise<LearnerStreak[]> {
    return this.database.rows(
      learnerStreakShape,
      `SELECT ${learnerColumns.columns('p')}, s.timezone, p.streak_run AS run,
         p.last_activity_on AS "lastDate", p.last_activity_timezone AS "lastTimezone", p.last_bridge_on AS "lastBridge"
       FROM users_userprogress p JOIN users_usersettings s ON s.user_id = p.user_id
       WHERE p.user_id IN (${placeholders(userIds.length)}) ORDER BY p.user_id${this.database.dialect.forUpdate('p')}`,
      userIds,
    );
  }

  private async findDaysByUser(userIds: readonly number[]): Promise<Map<number, ActivityDay[]>> {
    const rows = await this.database.rows(
      dayShape,
      `SELECT ${dayColumns.columns()}, local_date AS date
       FROM progress_activityday WHERE user_id IN (${placeholders(userIds.length)}) ORDER BY user_id, local_date`,
      userIds,
    );
    const days = new Map<number, ActivityDay[]>();
    for (const { userId, ...day } of rows) {
      const daysOfUser = days.get(userId);
      if (daysOfUser) daysOfUser.push(day);
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
        currentStreakDays(learner, state, now),
        state.run,
        state.lastDate,
        state.lastTimezone,
        state.lastBridge,
      ]),
    );
  }
}

function currentStreakDays(learner: LearnerStreak, state: StreakState, now: Date): number {
  return countStreakDays(state, localDateIn(learner.timezone, now), learner.timezone);
}

function isDifferent(learner: LearnerStreak, state: StreakState, now: Date): boolean {
  return (
    learner.streakDays !== currentStreakDays(learner, state, now) ||
    learner.run !== state.run ||
    learner.lastDate !== state.lastDate ||
    learner.lastTimezone !== state.lastTimezone ||
    learner.lastBridge !== state.lastBridge
  );
}
