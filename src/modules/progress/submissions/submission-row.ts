import {
  bool,
  float,
  instant,
  int,
  jsonOf,
  nullable,
  text,
  textOf,
  type Row,
} from '../../../platform/database/columns';
import type { RevealPolicy } from '../../courses';
import type { QuestionGrade } from '../grades/quiz-grading';
import type { HandIn } from '../grades/hand-in-grading';
import { resultColumns, resultShape } from './exercise-results';
import type { SubmissionState } from '../progress.lists';

/** A submission in a list, without the handed-in answers and work, because they may be long. */
export const summaryShape = {
  id: int,
  exerciseId: int,
  exerciseTitle: text,
  studentId: int,
  attemptNumber: int,
  status: textOf<SubmissionState>(),
  score: nullable(float),
  maxScore: int,
  submittedAt: instant,
  gradedAt: nullable(instant),
};
export const submissionShape = {
  ...summaryShape,
  gradedById: nullable(int),
  feedback: text,
  handIn: jsonOf<HandIn>(),
  grading: jsonOf<{ questions?: QuestionGrade[] }>(),
  version: int,
  ...resultShape,
  attemptsAllowed: int,
  revealResults: textOf<RevealPolicy>(),
  closesAt: nullable(instant),
  hasOpenAttempt: bool,
};
export type SubmissionSummaryRow = Row<typeof summaryShape>;
export type SubmissionRow = Row<typeof submissionShape>;

/** The columns of w (the submission) and x (its exercise). */
export const summaryColumns = `w.id, w.exercise_id AS "exerciseId", x.title AS "exerciseTitle",
  w.student_id AS "studentId", w.attempt_number AS "attemptNumber", w.status, w.score, w.max_score AS "maxScore",
  w.submitted_at AS "submittedAt", w.graded_at AS "gradedAt"`;

/** All columns of a submission, with those of r (the student's result). */
export const submissionColumns = `${summaryColumns}, w.graded_by_id AS "gradedById", w.feedback,
  w.submission_data AS "handIn", w.grading, w.version, ${resultColumns}, x.attempts_allowed AS "attemptsAllowed",
  x.reveal_results AS "revealResults", x.closes_at AS "closesAt", EXISTS (SELECT 1 FROM progress_attempt ta
    WHERE ta.student_id = w.student_id AND ta.exercise_id = w.exercise_id AND ta.finished_at IS NULL) AS "hasOpenAttempt"`;
