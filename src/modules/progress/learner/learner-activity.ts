import { Injectable } from '@nestjs/common';
import { date, text } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { EventBus } from '../../../platform/events/event-bus';
import { localDateIn, localHourIn } from '../../../platform/time/local-date';
import { streakStateOf, type Learner, type Step } from './learner-row';
import { OwnCourses, without } from '../completion/own-course-totals';
import { LearnerProgressed, type Totals } from '../progress.events';
import { extend, streakDays, streakOf, type StreakState } from '../streaks/streak';

/** What a step adds to the learner's counters. */
export interface Moved {
  lessonsCompleted?: number;
  exercisesCompleted?: number;
  coursesCompleted?: number;
}

/** A learner's steps: the streak day and the counters that follow from them. The learner's row must be locked. */
@Injectable()
export class LearnerSteps {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly own: OwnCourses,
  ) {}

  /**
   * The learner did something now: one more row of their calendar, unless the day has it, and new totals. What teachers do in
   * their own courses is counted, but it is no day of learning and no step towards an achievement (rule 12).
   */
  async active(studentId: number, learner: Step, moved: Moved, now: Date): Promise<void> {
    const isOwn = learner.teacherId === studentId;
    const state = isOwn ? streakStateOf(learner) : await this.recordDay(studentId, learner, now);
    const today = localDateIn(learner.timezone, now);
    const after = totalsAfter(learner, moved, streakDays(state, today, learner.timezone));
    await this.database.run(
      `UPDATE users_userprogress SET total_lessons_completed = $2, total_exercises_completed = $3,
         total_courses_completed = $4, streak_days = $5, streak_run = $6, last_activity_on = $7,
         last_activity_timezone = $8, last_bridge_on = $9, last_activity_date = $10, updated_at = $10
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
      ],
    );
    if (!isOwn) await this.tell(studentId, learner, after, localHourIn(learner.timezone, now));
  }

  /** A step towards achievements, in somebody else's course. */
  async tell(studentId: number, learner: Step, after: Totals, localHour: number | null): Promise<void> {
    const own = learner.teaches ? (await this.own.totals([studentId])).get(studentId) : undefined;
    const [before, counted] = [without(own, totalsOf(learner)), without(own, after)];
    const { isOpen } = learner;
    await this.events.publish(new LearnerProgressed({ studentId, before, after: counted, localHour, isOpen }));
  }

  private async recordDay(userId: number, learner: Learner, now: Date): Promise<StreakState> {
    const zone = learner.timezone;
    const today = localDateIn(zone, now);
    const known = streakStateOf(learner);
    if (known.lastDate === today && known.lastTimezone === zone) return known;
    await this.database.run(
      `INSERT INTO progress_activityday (user_id, local_date, first_timezone, last_timezone) VALUES ($1, $2, $3, $3)
       ON CONFLICT (user_id, local_date) DO UPDATE SET last_timezone = $3`,
      [userId, today, zone],
    );
    const state = extend(known, { date: today, firstTimezone: zone, lastTimezone: zone });
    return state === 'recompute' ? this.streakFromRows(userId) : state;
  }

  /** Rare: the learner flew west and lives a date again that is before their last one. */
  private async streakFromRows(userId: number): Promise<StreakState> {
    const days = await this.database.rows(
      { date, firstTimezone: text, lastTimezone: text },
      `SELECT local_date AS date, first_timezone AS "firstTimezone", last_timezone AS "lastTimezone"
       FROM progress_activityday WHERE user_id = $1 ORDER BY local_date`,
      [userId],
    );
    return streakOf(days);
  }
}

const totalsOf = ({ lessonsCompleted, exercisesCompleted, coursesCompleted, streakDays: days }: Learner): Totals => ({
  lessonsCompleted,
  exercisesCompleted,
  coursesCompleted,
  streakDays: days,
});

function totalsAfter(learner: Learner, moved: Moved, days: number): Totals {
  return {
    lessonsCompleted: learner.lessonsCompleted + (moved.lessonsCompleted ?? 0),
    exercisesCompleted: learner.exercisesCompleted + (moved.exercisesCompleted ?? 0),
    coursesCompleted: learner.coursesCompleted + (moved.coursesCompleted ?? 0),
    streakDays: days,
  };
}
