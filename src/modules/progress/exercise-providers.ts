import { Artworks } from './artworks/artworks';
import { Attempts } from './attempts/attempts';
import { AttemptsController } from './attempts/attempts.controller';
import { CloseOverdueAttempts } from './attempts/close-overdue-attempts.job';
import { ExerciseResults } from './submissions/exercise-results';
import { FrequentComments } from './comments/frequent-comments';
import { FrequentCommentsController } from './comments/frequent-comments.controller';
import { GradeChanges } from './grades/grade-changes';
import { Grades } from './grades/grades';
import { GradesController } from './grades/grades.controller';
import { GradingController } from './grading/grading.controller';
import { GradingQueue } from './grading/grading-queue.query';
import { HeldGradeFindings } from './release/held-grade-findings';
import { HeldGrades } from './release/held-grades';
import { ReleaseHeldGrades } from './release/release-held-grades';
import { LearnerAttempts } from './attempts/learner-attempts';
import { LearnerExercises } from './submissions/learner-exercises';
import { StoredHandIns } from './submissions/hand-ins/stored-hand-ins';
import { SubmissionEffects } from './submissions/submission-effects';
import { RegradeWhenAnswerKeyChanged } from './grades/regrade-when-answer-key-changed';
import { SubmissionLists } from './submissions/submission-lists.query';
import { SubmissionQuery } from './submissions/submission.query';
import { Submissions } from './submissions/submissions';
import { SubmissionsController } from './submissions/submissions.controller';

/** The controllers and providers of attempts, submissions and grades. */
export const exerciseControllers = [
  SubmissionsController,
  AttemptsController,
  GradesController,
  GradingController,
  FrequentCommentsController,
];
export const exerciseProviders = [
  Artworks,
  StoredHandIns,
  LearnerExercises,
  LearnerAttempts,
  ExerciseResults,
  SubmissionEffects,
  Submissions,
  SubmissionLists,
  SubmissionQuery,
  Attempts,
  HeldGrades,
  FrequentComments,
  HeldGradeFindings,
  ReleaseHeldGrades,
  GradeChanges,
  Grades,
  GradingQueue,
  CloseOverdueAttempts,
  RegradeWhenAnswerKeyChanged,
];
