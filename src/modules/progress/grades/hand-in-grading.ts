import type { FieldError } from '../../../platform/errors/domain-error';
import { toOptionIds, type QuizAnswerChanges, type QuizAnswers } from '../../courses';
import type { HandedInArtworks } from '../artworks/artworks.dto';
import type { LearnerExercise } from '../submissions/learner-exercises';
import { checkAnswers, gradeQuiz, type QuestionGrade } from './quiz-grading';
import type { SubmissionState } from '../progress.lists';

interface Work {
  text?: string | undefined;
  links?: string[] | undefined;
  /** Only in a saved attempt. Those of a submission are rows of `progress_artwork`. */
  artworks?: HandedInArtworks | undefined;
}

/** The answers and the work of a student, as they are stored. */
export interface HandIn {
  answers?: QuizAnswers | undefined;
  work?: Work | undefined;
}

/** Changes of a saved hand-in. `null` clears the saved answer of a question, or the saved work. */
export interface HandInChanges {
  answers?: QuizAnswerChanges | undefined;
  work?: HandIn['work'] | null;
}

export interface HandInGrade {
  status: SubmissionState;
  /** Points with at most two decimals, or null until a person has graded. */
  score: number | null;
  questions: QuestionGrade[];
}

type GradableExercise = Pick<
  LearnerExercise,
  'exerciseType' | 'content' | 'answerKey' | 'maxScore' | 'passingPercent' | 'attemptsAllowed'
>;

/**
 * Grades a hand-in automatically. The status is pending if a person must grade a part of the hand-in (rule 10). An empty hand-in, from
 * an attempt whose time ran out, is never pending and never passes.
 */
export function gradeHandIn(exercise: GradableExercise, handIn: HandIn, attemptNumber: number): HandInGrade {
  const quizGrade = gradeQuiz(exercise.content, exercise.answerKey, handIn.answers ?? {}, exercise.maxScore);
  const questions = quizGrade.questionGrades;
  const isEmpty = isEmptyHandIn(handIn);
  if (!isEmpty && (quizGrade.needsManualGrading || requiresWork(exercise)))
    return { status: 'pending', score: null, questions };
  const hasAttemptsLeft = attemptNumber < exercise.attemptsAllowed;
  const statusIfFailed = hasAttemptsLeft ? 'needs_revision' : 'rejected';
  const isPassed = !isEmpty && isPassingScore(quizGrade.score, exercise);
  return { status: isPassed ? 'approved' : statusIfFailed, score: quizGrade.score, questions };
}

/** Compares hundredths of a point as whole numbers, because 4.35 · 100 is 434.99… in binary. */
function isPassingScore(score: number, { maxScore, passingPercent }: GradableExercise): boolean {
  return Math.round(score * 100) >= passingPercent * maxScore;
}

/** Work is required if there are no questions, or if there is a prompt as well. The prompt of a quiz is only an introduction. */
export function requiresWork({ content, exerciseType }: Pick<GradableExercise, 'content' | 'exerciseType'>): boolean {
  if (!content.questions?.length) return true;
  return Boolean(content.prompt) && exerciseType !== 'quiz';
}

/** Lists the answers and work that do not fit this exercise. The pointers refer to a request body `{ answers, work }`. */
export function checkHandIn(exercise: GradableExercise, { answers, work }: HandIn): FieldError[] {
  const errors = checkAnswers(exercise.content, answers ?? {});
  if (work && !requiresWork(exercise))
    errors.push({
      pointer: '/body/work',
      message: 'This exercise accepts only answers, not work',
      rule: 'only_answers',
    });
  return errors;
}

/** Lists the missing parts of a hand-in. An overdue attempt is handed in without this check. */
export function checkComplete(exercise: GradableExercise, { answers, work }: HandIn): FieldError[] {
  if (requiresWork(exercise) && !work)
    return [{ pointer: '/body/work', message: 'A text, pictures or links are required', rule: 'work_required' }];
  if (!requiresWork(exercise) && !answers)
    return [{ pointer: '/body/answers', message: 'Answers are required', rule: 'answers_required' }];
  return [];
}

/** Names the options in the answers by their ids, so that the answers keep their meaning when the options are reordered. */
export function toStoredHandIn({ content }: Pick<GradableExercise, 'content'>, handIn: HandIn): HandIn {
  return handIn.answers ? { ...handIn, answers: toOptionIds(content, handIn.answers) } : handIn;
}

/** Like `checkHandIn`, for changes. What they clear needs no check, because an unknown id clears nothing. */
export const checkChanges = (exercise: GradableExercise, changes: HandInChanges): FieldError[] =>
  checkHandIn(exercise, { answers: withoutNulls(changes.answers ?? {}), work: changes.work ?? undefined });

/** Like `toStoredHandIn`, for changes. A cleared answer stays null. */
export function toStoredChanges({ content }: Pick<GradableExercise, 'content'>, changes: HandInChanges): HandInChanges {
  return changes.answers ? { ...changes, answers: toOptionIds(content, changes.answers as QuizAnswers) } : changes;
}

const withoutNulls = (answers: QuizAnswerChanges): QuizAnswers =>
  Object.fromEntries(Object.entries(answers).filter(([, answer]) => answer !== null)) as QuizAnswers;

/** Replaces only the answers and the parts of the work that `changes` contains, and removes what it clears. */
export function mergeHandIns(before: HandIn, changes: HandInChanges): HandIn {
  const answers = withoutNulls({ ...before.answers, ...changes.answers });
  const merged: HandIn = {};
  if (before.answers || changes.answers) merged.answers = answers;
  if (changes.work !== null && (before.work || changes.work)) merged.work = { ...before.work, ...changes.work };
  return merged;
}

/** What is stored of a hand-in in the row of the submission. */
export function withoutArtworks({ work, ...others }: HandIn): HandIn {
  if (!work) return others;
  const { artworks: _, ...kept } = work;
  return Object.keys(kept).length > 0 ? { ...others, work: kept } : others;
}

function isEmptyHandIn({ answers, work }: HandIn): boolean {
  const hasAnswers = Object.keys(answers ?? {}).length > 0;
  const hasWork = Boolean(work?.text) || Boolean(work?.links?.length) || Boolean(work?.artworks?.length);
  return !hasAnswers && !hasWork;
}
