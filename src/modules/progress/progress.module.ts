import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CoursesModule, LearnerRecords, LessonAccess } from '../courses';
import { Classmates } from '../users';
import { ActivityDayRow } from './streaks/activity-day.entity';
import { Attempt } from './attempts/attempt.entity';
import { EnrollmentLists } from './enrollment/enrollment-lists.query';
import { Enrollment } from './enrollment/enrollment.entity';
import { Enrollments } from './enrollment/enrollments';
import { EnrollmentsController } from './enrollment/enrollments.controller';
import { exerciseControllers, exerciseProviders } from './exercise-parts';
import { ExerciseResult } from './submissions/exercise-result.entity';
import { ExerciseSubmission } from './submissions/exercise-submission.entity';
import { GradeChange } from './grades/grade-change.entity';
import { Finishers } from './enrollment/finishers';
import { LearnerProgressQuery } from './learner/learner-progress.query';
import { EnrolledAccess, EnrolledClassmates, ProgressTraces } from './enrollment/learner-questions';
import { LearnerSteps } from './learner/learner-steps';
import { LearnerTotals } from './learner/learner-totals';
import { LessonCompletion } from './completion/lesson-completion.entity';
import { LessonCompletions } from './completion/lesson-completions';
import { ActivityOfHistory } from './streaks/activity-of-history';
import { GradingOfHistory } from './grades/grading-of-history';
import { OwnCourses } from './completion/own-courses';
import { ProgressData } from './progress.data';
import { ProveTotals } from './learner/prove-totals.job';
import { RecomputeStreakWhenTimezoneChanged } from './streaks/recompute-streak-when-timezone-changed';
import { RecomputeStreaks } from './streaks/recompute-streaks.job';
import { ProgressRecount } from './learner/recount-everything';
import { RecountWhenCourseContentChanged } from './enrollment/recount-when-course-content-changed';
import { StartProgressWhenPersonRegistered } from './learner/start-progress-when-person-registered';
import { Streaks } from './streaks/streaks';
import { Teaching } from './enrollment/teaching';
import { UserProgress } from './learner/user-progress.entity';

const entities = [
  UserProgress,
  Enrollment,
  LessonCompletion,
  ExerciseSubmission,
  Attempt,
  ExerciseResult,
  GradeChange,
  ActivityDayRow,
];
const services = [
  Enrollments,
  Finishers,
  EnrollmentLists,
  LessonCompletions,
  LearnerSteps,
  OwnCourses,
  LearnerTotals,
  LearnerProgressQuery,
  Streaks,
  Teaching,
];
const handlers = [
  StartProgressWhenPersonRegistered,
  RecountWhenCourseContentChanged,
  RecomputeStreakWhenTimezoneChanged,
];
const answers = [
  { provide: Classmates, useClass: EnrolledClassmates },
  { provide: LessonAccess, useClass: EnrolledAccess },
  { provide: LearnerRecords, useClass: ProgressTraces },
];

const data = [ProgressData, ProgressRecount, ActivityOfHistory, GradingOfHistory];

@Module({
  imports: [TypeOrmModule.forFeature(entities), CoursesModule],
  controllers: [EnrollmentsController, ...exerciseControllers],
  providers: [...services, ...handlers, ...answers, ...exerciseProviders, RecomputeStreaks, ProveTotals, ...data],
  exports: [LearnerTotals, LearnerProgressQuery, Enrollments, LessonCompletions, Streaks],
})
export class ProgressModule {}
