export { LearnerTotals, type Earned } from './learner-totals';
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
