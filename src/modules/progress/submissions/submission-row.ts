import { bool, instant, int, jsonOf, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import type { RevealPolicy } from '../../courses';
import type { HandIn } from '../grades/hand-in-grading';
import { studentNameColumns, studentNameShape } from '../learner/student.dto';
import { resultColumns, resultShape } from './exercise-results';
import { ExerciseSubmission } from './exercise-submission.entity';

/** All columns of a submission except what was handed in. */
export const wholeSubmission = columnsOf(ExerciseSubmission).without('submissionData');
const summary = wholeSubmission.without('gradedById', 'feedback', 'grading', 'version');

/** A submission in a list, without the handed-in answers and work, because they may be long. */
export const summaryShape = { ...summary.shape, exerciseTitle: text };
export const submissionShape = {
  ...wholeSubmission.shape,
  ...studentNameShape,
  exerciseTitle: text,
  handIn: jsonOf<HandIn>(),
  ...resultShape,
  attemptsAllowed: int,
  revealResults: textOf<RevealPolicy>(),
  closesAt: nullable(instant),
  hasOpenAttempt: bool,
};
export type StoredSubmission = Row<typeof wholeSubmission.shape>;
export type SubmissionSummaryRow = Row<typeof summaryShape>;
export type SubmissionRow = Row<typeof submissionShape>;

/** The columns of w (the submission) and x (its exercise). */
export const summaryColumns = `${summary.columns('w')}, x.title AS "exerciseTitle"`;

/** All columns of a submission, with those of r (the student's result) and u (the student). */
export const submissionColumns = `${wholeSubmission.columns('w')}, ${studentNameColumns}, x.title AS "exerciseTitle",
  w.submission_data AS "handIn", ${resultColumns}, x.attempts_allowed AS "attemptsAllowed",
  x.reveal_results AS "revealResults", x.closes_at AS "closesAt", EXISTS (SELECT 1 FROM progress_attempt ta
    WHERE ta.student_id = w.student_id AND ta.exercise_id = w.exercise_id AND ta.finished_at IS NULL) AS "hasOpenAttempt"`;
