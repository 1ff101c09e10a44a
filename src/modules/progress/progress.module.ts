import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CoursesModule, LearnerRecords, LearnerStates, LessonAccess } from '../courses';
import { Classmates, UsersModule } from '../users';
import { LearningOverviews } from './learner/learning-overview';
import { UserLearningController } from './learner/user-learning.controller';
import { ActivityDayRow } from './streaks/activity-day.entity';
import { Artwork } from './artworks/artwork.entity';
import { Attempt } from './attempts/attempt.entity';
import { EnrollmentLists } from './enrollment/enrollment-lists.query';
import { Enrollment } from './enrollment/enrollment.entity';
import { Enrollments } from './enrollment/enrollments';
import { EnrollmentsController } from './enrollment/enrollments.controller';
import { exerciseControllers, exerciseProviders } from './exercise-providers';
import { ExerciseResult } from './submissions/exercise-result.entity';
import { ExerciseSubmission } from './submissions/exercise-submission.entity';
import { GradeChange } from './grades/grade-change.entity';
import { FrequentCommentRow } from './comments/frequent-comment.entity';
import { HeldGrade } from './release/held-grade.entity';
import { AutomaticCourseCompletions } from './enrollment/automatic-course-completions';
import { LearnerHome } from './own-state/learner-home.query';
import { courseReportControllers, courseReportProviders } from './course-report-providers';
import { LearnerProgressQuery } from './learner/learner-progress.query';
import { EnrolledLessonAccess, EnrolledClassmates, ProgressLearnerRecords } from './enrollment/enrollment-checks';
import { LearnerActivity } from './learner/learner-activity';
import { LearnerTotals } from './learner/learner-totals';
import { LessonCompletion } from './completion/lesson-completion.entity';
import { LessonCompletions } from './completion/lesson-completions';
import { ImportedActivityDays } from './streaks/imported-activity-days';
import { ImportedGrading } from './grades/imported-grading';
import { OwnCourseTotals } from './completion/own-course-totals';
import { versionControllers, versionProviders } from './versions/version-parts';
import { pinControllers, pinProviders } from './pins/pin-parts';
import { Pin } from './pins/pin.entity';
import { PinReply } from './pins/pin-reply.entity';
import { ProgressData } from './progress.data';
import { ProveTotals } from './learner/prove-totals.job';
import { RecomputeStreakWhenTimezoneChanged } from './streaks/recompute-streak-when-timezone-changed';
import { RecomputeStreaks } from './streaks/recompute-streaks.job';
import { ImportedProgress } from './learner/imported-progress';
import { RecountWhenCourseContentChanged } from './enrollment/recount-when-course-content-changed';
import { StartProgressWhenPersonRegistered } from './learner/start-progress-when-person-registered';
import { Streaks } from './streaks/streaks';
import { StreaksAtRisk } from './streaks/streaks-at-risk';
import { CourseTeacherCheck } from './enrollment/course-teacher-check';
import { ownStateProviders } from './own-state/own-state-providers';
import { OwnStates } from './own-state/learner-states';
import { UserProgress } from './learner/user-progress.entity';
import { LearnerData } from './learner/learner-data';

const entities = [
  UserProgress,
  Enrollment,
  LessonCompletion,
  ExerciseSubmission,
  Attempt,
  ExerciseResult,
  GradeChange,
  Artwork,
  Pin,
  PinReply,
  HeldGrade,
  FrequentCommentRow,
  ActivityDayRow,
];
const services = [
  Enrollments,
  AutomaticCourseCompletions,
  EnrollmentLists,
  LessonCompletions,
  LearnerActivity,
  OwnCourseTotals,
  LearnerTotals,
  LearnerProgressQuery,
  LearningOverviews,
  Streaks,
  StreaksAtRisk,
  CourseTeacherCheck,
];
const handlers = [
  StartProgressWhenPersonRegistered,
  RecountWhenCourseContentChanged,
  RecomputeStreakWhenTimezoneChanged,
];
/** Implementations of abstract classes that Courses and Users declare, so that those modules do not import this one. */
const implementations = [
  { provide: Classmates, useClass: EnrolledClassmates },
  { provide: LessonAccess, useClass: EnrolledLessonAccess },
  { provide: LearnerStates, useClass: OwnStates },
  { provide: LearnerRecords, useClass: ProgressLearnerRecords },
];

const dataTransfer = [ProgressData, ImportedProgress, ImportedActivityDays, ImportedGrading];

@Module({
  imports: [TypeOrmModule.forFeature(entities), CoursesModule, UsersModule],
  controllers: [
    EnrollmentsController,
    UserLearningController,
    ...exerciseControllers,
    ...pinControllers,
    ...versionControllers,
    ...courseReportControllers,
  ],
  providers: [
    LearnerData,
    ...services,
    ...handlers,
    ...implementations,
    ...exerciseProviders,
    ...pinProviders,
    ...versionProviders,
    ...ownStateProviders,
    ...courseReportProviders,
    RecomputeStreaks,
    ProveTotals,
    ...dataTransfer,
  ],
  exports: [
    LearnerHome,
    LearnerTotals,
    LearningOverviews,
    LearnerProgressQuery,
    Enrollments,
    LessonCompletions,
    Streaks,
    StreaksAtRisk,
  ],
})
export class ProgressModule {}
