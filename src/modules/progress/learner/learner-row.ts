import { bool, int, text, type Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { courseIsOpenSql } from '../../courses';
import type { StreakState } from '../streaks/streak';
import { UserProgress } from './user-progress.entity';

const streak = columnsOf(UserProgress, [
  'streakDays',
  'streakRun',
  'lastActivityOn',
  'lastActivityTimezone',
  'lastBridgeOn',
]);

/** A learner's totals, streak and time zone, from `users_userprogress` (alias p) and `users_usersettings` (alias s). */
export const learnerShape = {
  lessonsCompleted: int,
  exercisesCompleted: int,
  coursesCompleted: int,
  ...streak.shape,
  timezone: text,
};

export const learnerColumns = `p.total_lessons_completed AS "lessonsCompleted",
  p.total_exercises_completed AS "exercisesCompleted", p.total_courses_completed AS "coursesCompleted",
  ${streak.columns('p')}, s.timezone AS timezone`;

export type Learner = Row<typeof learnerShape>;

/** A learner together with the course (alias c) in which they complete something. */
export const learnerInCourseShape = { ...learnerShape, teacherId: int, isOpen: bool, teaches: bool };
export const learnerInCourseColumns = `${learnerColumns}, c.teacher_id AS "teacherId", ${courseIsOpenSql('c')} AS "isOpen",
  EXISTS (SELECT 1 FROM courses_course tc WHERE tc.teacher_id = p.user_id) AS teaches`;
export type LearnerInCourse = Row<typeof learnerInCourseShape>;

export function toStreakState(learner: Learner): StreakState {
  return {
    run: learner.streakRun,
    lastDate: learner.lastActivityOn,
    lastTimezone: learner.lastActivityTimezone,
    lastBridge: learner.lastBridgeOn,
  };
}
