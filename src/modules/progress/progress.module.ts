import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CoursesModule, LearnerTraces, LessonAccess } from '../courses';
import { Classmates } from '../users';
import { ActivityDayRow } from './activity-day.entity';
import { Attempt } from './attempt.entity';
import { EnrollmentLists } from './enrollment-lists.query';
import { Enrollment } from './enrollment.entity';
import { Enrollments } from './enrollments';
import { EnrollmentsController } from './enrollments.controller';
import { exerciseControllers, exerciseProviders } from './exercise-parts';
import { ExerciseResult } from './exercise-result.entity';
import { ExerciseSubmission } from './exercise-submission.entity';
import { GradeChange } from './grade-change.entity';
import { Finishers } from './finishers';
import { LearnerProgressQuery } from './learner-progress.query';
import { EnrolledAccess, EnrolledClassmates, ProgressTraces } from './learner-questions';
import { LearnerSteps } from './learner-steps';
import { LearnerTotals } from './learner-totals';
import { LessonCompletion } from './lesson-completion.entity';
import { LessonCompletions } from './lesson-completions';
import { ActivityOfHistory } from './activity-of-history';
import { GradingOfHistory } from './grading-of-history';
import { OwnCourses } from './own-courses';
import { ProgressData } from './progress.data';
import { ProveTotals } from './prove-totals.job';
import { RecomputeStreakWhenTimezoneChanged } from './recompute-streak-when-timezone-changed';
import { RecomputeStreaks } from './recompute-streaks.job';
import { ProgressRecount } from './recount-everything';
import { RecountWhenCourseContentChanged } from './recount-when-course-content-changed';
import { StartProgressWhenPersonRegistered } from './start-progress-when-person-registered';
import { Streaks } from './streaks';
import { Teaching } from './teaching';
import { UserProgress } from './user-progress.entity';

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
  { provide: LearnerTraces, useClass: ProgressTraces },
];

const data = [ProgressData, ProgressRecount, ActivityOfHistory, GradingOfHistory];

@Module({
  imports: [TypeOrmModule.forFeature(entities), CoursesModule],
  controllers: [EnrollmentsController, ...exerciseControllers],
  providers: [...services, ...handlers, ...answers, ...exerciseProviders, RecomputeStreaks, ProveTotals, ...data],
  exports: [LearnerTotals, LearnerProgressQuery, Enrollments, LessonCompletions, Streaks],
})
export class ProgressModule {}
