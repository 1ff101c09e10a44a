import { Injectable } from '@nestjs/common';
import { float, instant, int, nullable } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Clock } from '../../../platform/time/clock';
import { localDateIn } from '../../../platform/time/local-date';
import { learnerColumns, learnerShape, streakStateOf } from './learner-row';
import { streakDays } from '../streaks/streak';

const shape = {
  ...learnerShape,
  coursesEnrolled: int,
  averageScore: float,
  lastActivityAt: nullable(instant),
  achievementsEarned: int,
  coinsEarned: int,
};

/** A learner's totals; the streak is as of now, whenever the schedule ran last. */
export interface LearnerProgress {
  coursesEnrolled: number;
  coursesCompleted: number;
  lessonsCompleted: number;
  exercisesCompleted: number;
  /** Mean of the effective exercise scores, percent. */
  averageScore: number;
  streakDays: number;
  lastActivityAt: Date | null;
  achievementsEarned: number;
  coinsEarned: number;
}

@Injectable()
export class LearnerProgressQuery {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** One statement. Null for somebody who is not a person of this school. */
  async of(userId: number): Promise<LearnerProgress | null> {
    const learner = await this.database.row(
      shape,
      `SELECT ${learnerColumns}, p.total_courses_enrolled AS "coursesEnrolled", p.average_score AS "averageScore",
         p.last_activity_date AS "lastActivityAt", p.achievements_earned AS "achievementsEarned",
         p.total_teocoins_earned AS "coinsEarned"
       FROM users_userprogress p JOIN users_usersettings s ON s.user_id = p.user_id WHERE p.user_id = $1`,
      [userId],
    );
    if (!learner) return null;
    const { coursesEnrolled, coursesCompleted, lessonsCompleted, exercisesCompleted } = learner;
    const { averageScore, lastActivityAt, achievementsEarned, coinsEarned } = learner;
    const today = localDateIn(learner.timezone, this.clock.now());
    return {
      ...{ coursesEnrolled, coursesCompleted, lessonsCompleted, exercisesCompleted },
      ...{ averageScore, lastActivityAt, achievementsEarned, coinsEarned },
      streakDays: streakDays(streakStateOf(learner), today, learner.timezone),
    };
  }
}
