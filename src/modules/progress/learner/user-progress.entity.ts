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

/** The totals of a learner. They always equal the values computed from the other tables. */
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
  /** Mean of the learner's exercise scores that count, in percent. */
  @Float({ default: 0 }) averageScore: number;
  /** The streak that is shown to people: 0 if it is broken. */
  @Int({ default: 0 }) streakDays: number;
  @Instant({ nullable: true }) lastActivityDate: Date | null;
  @Int({ default: 0 }) achievementsEarned: number;
  @BigInteger({ default: 0 }) totalTeocoinsEarned: number;
  @Instant() updatedAt: Date;
  /** The number of days in the run that ends at `lastActivityOn`, even if the streak is broken now (see streak.ts). */
  @Int({ default: 0 }) streakRun: number;
  @CalendarDate({ nullable: true }) lastActivityOn: string | null;
  @Varchar(50, { nullable: true }) lastActivityTimezone: string | null;
  @CalendarDate({ nullable: true }) lastBridgeOn: string | null;
  /** When the streak was last compared with the activity days. */
  @Instant({ nullable: true }) streakCheckedAt: Date | null;
}
