import { Injectable } from '@nestjs/common';
import { date } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import type { DomainEvent } from '../../../platform/events/domain-event';
import { EventBus } from '../../../platform/events/event-bus';
import { localDateIn, localHourIn } from '../../../platform/time/local-date';
import { toEarned, type Earned } from './earned';
import { LearnerTotals } from './learner-totals';
import { toStreakState, type Learner, type LearnerInCourse } from './learner-row';
import { OwnCourseTotals, subtractOwnTotals } from '../completion/own-course-totals';
import { LearnerProgressed, type Totals } from '../progress.events';
import { countStreakDays, extendStreak, streakOf, type StreakState } from '../streaks/streak';
import { ActivityDayRow } from '../streaks/activity-day.entity';

/** The changes that an activity causes for the learner. */
interface ActivityChanges {
  lessonsCompleted?: number;
  exercisesCompleted?: number;
  coursesCompleted?: number;
  /** True if the average of the learner's scores must be computed again. */
  hasNewScore?: boolean;
  /** The events of the activity. Their handlers may pay coins, which are added to the totals by the same statement. */
  events: readonly DomainEvent[];
}

const timezones = columnsOf(ActivityDayRow, ['firstTimezone', 'lastTimezone']);

const averageScoreSql = `,
         average_score = COALESCE((SELECT avg(score_percent) FROM progress_exerciseresult WHERE student_id = $1), 0)`;

/** Records the activity of learners: the day for the streak, and the counters. The caller must lock the learner's totals before. */
@Injectable()
export class LearnerActivity {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly ownTotals: OwnCourseTotals,
    private readonly totals: LearnerTotals,
  ) {}

  /**
   * Records an activity of the learner at this moment. Inserts the activity day if it has no row yet, publishes the events, and then
   * updates the learner's row once, with the new totals and the coins that the handlers of the events paid. The update is sent with
   * the next statement. An activity of teachers in their own courses changes their totals, but does not count for the streak or for
   * achievements (rule 12).
   * @returns what the activity earned
   */
  async record(studentId: number, learner: LearnerInCourse, changes: ActivityChanges, now: Date): Promise<Earned> {
    const isOwnCourse = learner.teacherId === studentId;
    const state = isOwnCourse ? toStreakState(learner) : await this.recordDay(studentId, learner, now);
    const today = localDateIn(learner.timezone, now);
    const after = totalsAfter(learner, changes, countStreakDays(state, today, learner.timezone));
    const earned = await this.totals.collect(studentId, async () => {
      if (!isOwnCourse) await this.publishProgress(studentId, learner, after, localHourIn(learner.timezone, now));
      await this.events.publish(...changes.events);
    });
    this.database.enqueue(
      {},
      `UPDATE users_userprogress SET total_lessons_completed = $2, total_exercises_completed = $3,
         total_courses_completed = $4, streak_days = $5, streak_run = $6, last_activity_on = $7,
         last_activity_timezone = $8, last_bridge_on = $9, last_activity_date = $10, updated_at = $10,
         total_teocoins_earned = total_teocoins_earned + $11, achievements_earned = achievements_earned + $12${changes.hasNewScore ? averageScoreSql : ''}
       WHERE user_id = $1`,
      [
        studentId,
        after.lessonsCompleted,
        after.exercisesCompleted,
        after.coursesCompleted,
        after.streakDays,
        state.run,
        state.lastDate,
        state.lastTimezone,
        state.lastBridge,
        now,
        earned.coins,
        earned.achievements,
      ],
    );
    return toEarned(earned.coins, earned.unlocked, after.streakDays);
  }

  /** Publishes the new totals, so that achievements can be unlocked. Must not be called for a teacher's own course. */
  async publishProgress(
    studentId: number,
    learner: LearnerInCourse,
    after: Totals,
    localHour: number | null,
  ): Promise<void> {
    const ownTotalsByTeacher = learner.teaches ? await this.ownTotals.findByTeacher([studentId]) : undefined;
    const ownTotals = ownTotalsByTeacher?.get(studentId);
    const countedBefore = subtractOwnTotals(ownTotals, toTotals(learner));
    const countedAfter = subtractOwnTotals(ownTotals, after);
    const { isOpen } = learner;
    await this.events.publish(
      new LearnerProgressed({ studentId, before: countedBefore, after: countedAfter, localHour, isOpen }),
    );
  }

  private async recordDay(userId: number, learner: Learner, now: Date): Promise<StreakState> {
    const { timezone } = learner;
    const today = localDateIn(timezone, now);
    const stored = toStreakState(learner);
    if (stored.lastDate === today && stored.lastTimezone === timezone) return stored;
    this.database.enqueue(
      {},
      `INSERT INTO progress_activityday (user_id, local_date, first_timezone, last_timezone) VALUES ($1, $2, $3, $3)
       ON CONFLICT (user_id, local_date) DO UPDATE SET last_timezone = $3`,
      [userId, today, timezone],
    );
    const state = extendStreak(stored, { date: today, firstTimezone: timezone, lastTimezone: timezone });
    return state === 'recompute' ? this.recomputeStreak(userId) : state;
  }

  /**
   * Reads all activity days. This is needed only if the learner travelled west and their date is now before that of the last
   * activity.
   */
  private async recomputeStreak(userId: number): Promise<StreakState> {
    const days = await this.database.rows(
      { ...timezones.shape, date },
      `SELECT local_date AS date, ${timezones.columns()}
       FROM progress_activityday WHERE user_id = $1 ORDER BY local_date`,
      [userId],
    );
    return streakOf(days);
  }
}

const toTotals = ({ lessonsCompleted, exercisesCompleted, coursesCompleted, streakDays }: Learner): Totals => ({
  lessonsCompleted,
  exercisesCompleted,
  coursesCompleted,
  streakDays,
});

function totalsAfter(learner: Learner, changes: ActivityChanges, streakDays: number): Totals {
  return {
    lessonsCompleted: learner.lessonsCompleted + (changes.lessonsCompleted ?? 0),
    exercisesCompleted: learner.exercisesCompleted + (changes.exercisesCompleted ?? 0),
    coursesCompleted: learner.coursesCompleted + (changes.coursesCompleted ?? 0),
    streakDays,
  };
}
