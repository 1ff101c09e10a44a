import { Entity, Index, Unique } from 'typeorm';
import {
  BigInteger,
  CalendarDate,
  Float,
  Id,
  Instant,
  Int,
  Reference,
  Varchar,
} from '../../../platform/database/entity';

/** A learner's totals, equal at all times to what the rows say. */
@Entity('users_userprogress')
@Unique('users_userprogress_user', ['userId'])
@Index('users_userprogress_streaks', ['lastActivityOn'], { where: 'streak_days > 0' })
@Index('users_userprogress_coins', ['totalTeocoinsEarned', 'userId'])
export class UserProgress {
  @Id() id: number;
  @Reference('User', 'users_userprogress_user_fk', 'CASCADE') userId: number;
  @Int({ default: 0 }) totalCoursesEnrolled: number;
  @Int({ default: 0 }) totalCoursesCompleted: number;
  @Int({ default: 0 }) totalLessonsCompleted: number;
  @Int({ default: 0 }) totalExercisesCompleted: number;
  /** Mean of the learner's effective exercise scores, in percent. */
  @Float({ default: 0 }) averageScore: number;
  /** The streak as a person sees it: 0 once it is broken. */
  @Int({ default: 0 }) streakDays: number;
  @Instant({ nullable: true }) lastActivityDate: Date | null;
  @Int({ default: 0 }) achievementsEarned: number;
  @BigInteger({ default: 0 }) totalTeocoinsEarned: number;
  @Instant() updatedAt: Date;
  /** The state of the streak (see streak.ts): the run that ends at `lastActivityOn`, whether or not it is still alive. */
  @Int({ default: 0 }) streakRun: number;
  @CalendarDate({ nullable: true }) lastActivityOn: string | null;
  @Varchar(50, { nullable: true }) lastActivityTimezone: string | null;
  @CalendarDate({ nullable: true }) lastBridgeOn: string | null;
  /** When the streak was last compared with the activity days. */
  @Instant({ nullable: true }) streakCheckedAt: Date | null;
}
