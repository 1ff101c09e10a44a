import { Injectable } from '@nestjs/common';
import { instant, int, nullable } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Clock } from '../../../platform/time/clock';
import { localDateIn } from '../../../platform/time/local-date';
import { learnerColumns, learnerShape, toStreakState } from './learner-row';
import { countStreakDays } from '../streaks/streak';
import { UserProgress } from './user-progress.entity';

const totals = columnsOf(UserProgress, ['averageScore', 'achievementsEarned']);
const shape = {
  ...learnerShape,
  ...totals.shape,
  coursesEnrolled: int,
  lastActivityAt: nullable(instant),
  coinsEarned: int,
};

/** A learner's totals. The streak is computed for the present moment, because nothing updates the stored streak at the moment when it ends. */
export interface LearnerProgress {
  coursesEnrolled: number;
  coursesCompleted: number;
  lessonsCompleted: number;
  exercisesCompleted: number;
  /** Mean of the learner's exercise scores that count, in percent. */
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

  /** Sends one statement. Returns null if no user has this id. */
  async find(userId: number): Promise<LearnerProgress | null> {
    const learner = await this.database.row(
      shape,
      `SELECT ${learnerColumns}, ${totals.columns('p')}, p.total_courses_enrolled AS "coursesEnrolled",
         p.last_activity_date AS "lastActivityAt", p.total_teocoins_earned AS "coinsEarned"
       FROM users_userprogress p JOIN users_usersettings s ON s.user_id = p.user_id WHERE p.user_id = $1`,
      [userId],
    );
    if (!learner) return null;
    const today = localDateIn(learner.timezone, this.clock.now());
    return {
      coursesEnrolled: learner.coursesEnrolled,
      coursesCompleted: learner.coursesCompleted,
      lessonsCompleted: learner.lessonsCompleted,
      exercisesCompleted: learner.exercisesCompleted,
      averageScore: learner.averageScore,
      lastActivityAt: learner.lastActivityAt,
      achievementsEarned: learner.achievementsEarned,
      coinsEarned: learner.coinsEarned,
      streakDays: countStreakDays(toStreakState(learner), today, learner.timezone),
    };
  }
}
