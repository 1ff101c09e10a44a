export { Enrollments } from './enrollment/enrollments';
export { Grades } from './grades/grades';
export { LearnerHome, type AttemptInProgress, type CourseInProgress } from './own-state/learner-home.query';
export { LearnerProgressQuery, type LearnerProgress } from './learner/learner-progress.query';
export { LearningOverview, LearningOverviews } from './learner/learning-overview';
export { LearnerTotals, type TotalsIncrease } from './learner/learner-totals';
export { LessonCompletions } from './completion/lesson-completions';
export {
  CourseCompleted,
  ExercisePassed,
  LearnerProgressed,
  LessonCompleted,
  StudentEnrolled,
  SubmissionGraded,
  SubmissionReceived,
  WorkDiscussed,
  type Totals,
} from './progress.events';
export { ProgressModule } from './progress.module';
export { Submissions } from './submissions/submissions';
export { StreaksAtRisk, type StreakAtRisk } from './streaks/streaks-at-risk';
