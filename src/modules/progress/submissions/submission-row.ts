import { bool, instant, int, jsonOf, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { answerKeyOf, contentOf, type RevealPolicy } from '../../courses';
import type { ArtworkRow } from '../artworks/artwork-row';
import type { HandIn } from '../grades/hand-in-grading';
import type { Earned } from '../learner/earned';
import { studentNameColumns, studentNameShape } from '../learner/student.dto';
import { resultColumns, resultShape } from './exercise-results';
import { areGradesHeldSql } from './learner-exercises';
import { ExerciseSubmission } from './exercise-submission.entity';

/** All columns of a submission except what was handed in. */
export const wholeSubmission = columnsOf(ExerciseSubmission).without('submissionData');
const summary = wholeSubmission.without('gradedById', 'feedback', 'grading', 'version', 'exerciseVersion');

/** A submission in a list, without the handed-in answers and work, because they may be long. */
export const summaryShape = { ...summary.shape, exerciseTitle: text, firstPicture: nullable(text) };
export const submissionShape = {
  ...wholeSubmission.shape,
  ...studentNameShape,
  exerciseTitle: text,
  handIn: jsonOf<HandIn>(),
  /** The questions and the key at the time of the hand-in. `showSubmission` decides which right answers are sent. */
  askedContent: contentOf,
  askedKey: answerKeyOf,
  presentContent: contentOf,
  presentKey: answerKeyOf,
  ...resultShape,
  attemptsAllowed: int,
  revealResults: textOf<RevealPolicy>(),
  closesAt: nullable(instant),
  hasOpenAttempt: bool,
  areGradesHeld: bool,
  /** True if the work was graded, and the grade waits for its release. */
  isGradeHeld: bool,
  artworkCount: int,
};
export type StoredSubmission = Row<typeof wholeSubmission.shape>;
export type SubmissionSummaryRow = Row<typeof summaryShape>;
export type SubmissionRow = Row<typeof submissionShape> & { artworks: ArtworkRow[] };
/** A submission after a request that handed it in or graded it. */
export type SubmissionWithEarnings = SubmissionRow & { earned: Earned };

/** The reference of the first picture of w. */
export const firstPictureSql =
  '(SELECT pa.file FROM progress_artwork pa WHERE pa.submission_id = w.id ORDER BY pa.position LIMIT 1)';

/** The columns of w (the submission) and x (its exercise). */
export const summaryColumns = `${summary.columns('w')}, x.title AS "exerciseTitle",
  ${firstPictureSql} AS "firstPicture"`;

/** A column of the exercise (x) as it was when the submission (w) was handed in. It is kept only if the questions changed since. */
const askedSql = (column: 'content' | 'answer_key'): string => `COALESCE((
    SELECT v.${column} FROM courses_exerciseversion v
    WHERE v.exercise_id = w.exercise_id AND v.until_version >= w.exercise_version
    ORDER BY v.until_version LIMIT 1), x.${column})`;

/** All columns of a submission, with those of r (the student's result) and u (the student). */
export const submissionColumns = `${wholeSubmission.columns('w')}, ${studentNameColumns}, x.title AS "exerciseTitle",
  w.submission_data AS "handIn", ${askedSql('content')} AS "askedContent", ${askedSql('answer_key')} AS "askedKey",
  x.content AS "presentContent", x.answer_key AS "presentKey",
  ${resultColumns}, x.attempts_allowed AS "attemptsAllowed",
  x.reveal_results AS "revealResults", x.closes_at AS "closesAt", EXISTS (SELECT 1 FROM progress_attempt ta
    WHERE ta.student_id = w.student_id AND ta.exercise_id = w.exercise_id AND ta.finished_at IS NULL) AS "hasOpenAttempt",
  ${areGradesHeldSql} AS "areGradesHeld",
  EXISTS (SELECT 1 FROM progress_heldgrade hg WHERE hg.submission_id = w.id) AS "isGradeHeld",
  (SELECT count(*) FROM progress_artwork pa WHERE pa.submission_id = w.id) AS "artworkCount"`;
