import type { FieldError } from '../../../platform/errors/domain-error';
import type { QuizAnswers } from '../../courses';
import type { LearnerExercise } from '../submissions/learner-exercises';
import { checkAnswers, grade, type QuestionGrade } from './quiz-grading';
import type { SubmissionState } from '../progress.lists';

/** What a student hands in, as it is stored. */
export interface HandIn {
  answers?: QuizAnswers | undefined;
  work?: { text?: string | undefined; links?: string[] | undefined } | undefined;
}

export interface Mark {
  status: SubmissionState;
  /** Points, up to two decimals; null while a person has to grade. */
  score: number | null;
  questions: QuestionGrade[];
}

type Markable = Pick<
  LearnerExercise,
  'exerciseType' | 'content' | 'answerKey' | 'maxScore' | 'passingPercent' | 'attemptsAllowed'
>;

/**
 * Marks what a machine can. What only a person can grade is pending, also where it is a part only (rule 10); an empty sheet,
 * left behind by an attempt that ran out of time, needs nobody and never passes.
 */
export function mark(exercise: Markable, handIn: HandIn, attemptNumber: number): Mark {
  const given = grade(exercise.content, exercise.answerKey, handIn.answers ?? {}, exercise.maxScore);
  const questions = given.perQuestion.filter(({ id }) => Object.hasOwn(exercise.answerKey, id));
  const empty = isEmpty(handIn);
  if (!empty && (given.needsManualGrading || asksForWork(exercise)))
    return { status: 'pending', score: null, questions };
  const passed = !empty && reaches(given.score, exercise);
  const another = attemptNumber < exercise.attemptsAllowed;
  return { status: passed ? 'approved' : another ? 'needs_revision' : 'rejected', score: given.score, questions };
}

/** Compared in hundredths of a point, which are whole: 4.35 · 100 is 434.99… in binary. */
function reaches(score: number, { maxScore, passingPercent }: Markable): boolean {
  return Math.round(score * 100) >= passingPercent * maxScore;
}

/** Work is asked for where there are no questions, and beside them in everything but a quiz, whose prompt only introduces. */
export function asksForWork({ content, exerciseType }: Pick<Markable, 'content' | 'exerciseType'>): boolean {
  return !content.questions?.length || (Boolean(content.prompt) && exerciseType !== 'quiz');
}

/** What cannot belong to this exercise. Pointers are into a body `{ answers, work }`. */
export function checkHandIn(exercise: Markable, { answers, work }: HandIn): FieldError[] {
  const misplaced =
    work && !asksForWork(exercise) ? [{ pointer: '/body/work', message: 'This quiz takes answers only' }] : [];
  return [...checkAnswers(exercise.content, answers ?? {}), ...misplaced];
}

/** What is missing from what is handed in by a person; the clock hands in whatever there is. */
export function checkComplete(exercise: Markable, { answers, work }: HandIn): FieldError[] {
  if (asksForWork(exercise) && !work) return [{ pointer: '/body/work', message: 'Hand in a text or links' }];
  if (!asksForWork(exercise) && !answers) return [{ pointer: '/body/answers', message: 'Hand in answers' }];
  return [];
}

/** Answers are kept question by question: what is not sent again stays. */
export function mergeHandIns(before: HandIn, changes: HandIn): HandIn {
  const answers = { ...before.answers, ...changes.answers };
  const work = { ...before.work, ...changes.work };
  return {
    ...(before.answers || changes.answers ? { answers } : {}),
    ...(before.work || changes.work ? { work } : {}),
  };
}

const isEmpty = ({ answers = {}, work = {} }: HandIn): boolean =>
  Object.keys(answers).length === 0 && !work.text && !work.links?.length;
