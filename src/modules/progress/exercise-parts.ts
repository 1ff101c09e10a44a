import { Attempts } from './attempts';
import { AttemptsController } from './attempts.controller';
import { CloseOverdueAttempts } from './close-overdue-attempts.job';
import { ExerciseResults } from './exercise-results';
import { GradedSubmissions } from './graded-submissions';
import { Grades } from './grades';
import { GradesController } from './grades.controller';
import { LearnerAttempts } from './learner-attempts';
import { LearnerExercises } from './learner-exercises';
import { Outcomes } from './outcomes';
import { RegradeWhenAnswerKeyChanged } from './regrade-when-answer-key-changed';
import { SubmissionLists } from './submission-lists.query';
import { SubmissionQuery } from './submission.query';
import { Submissions } from './submissions';
import { SubmissionsController } from './submissions.controller';

/** The half of Progress that is about exercises: attempts, submissions, grades. */
export const exerciseControllers = [SubmissionsController, AttemptsController, GradesController];
export const exerciseProviders = [
  LearnerExercises,
  LearnerAttempts,
  ExerciseResults,
  Outcomes,
  Submissions,
  SubmissionLists,
  SubmissionQuery,
  Attempts,
  GradedSubmissions,
  Grades,
  CloseOverdueAttempts,
  RegradeWhenAnswerKeyChanged,
];
