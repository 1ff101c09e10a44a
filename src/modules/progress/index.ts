export { Enrollments } from './enrollments';
export { Grades } from './grades';
export { LearnerProgressQuery, type LearnerProgress } from './learner-progress.query';
export { LearnerTotals, type Earned } from './learner-totals';
export { LessonCompletions } from './lesson-completions';
export {
  CourseCompleted,
  ExercisePassed,
  LearnerProgressed,
  LessonCompleted,
  StudentEnrolled,
  SubmissionGraded,
  SubmissionReceived,
  type Totals,
} from './progress.events';
export { ProgressModule } from './progress.module';
export { Submissions } from './submissions';
