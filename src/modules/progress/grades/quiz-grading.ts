import type { FieldError } from '../../../platform/errors/domain-error';
import {
  questionKinds,
  readAnswers,
  type AnswerKey,
  type ExerciseContent,
  type KeyOf,
  type Question,
  type QuestionKind,
  type QuestionOf,
  type QuizAnswers,
} from '../../courses';
import { gradeColour } from './graders/colour-match';
import { gradeClicks } from './graders/hotspots';
import { findUnknownPart } from './graders/answer-parts';
import { gradeBlanks, gradeMatches, gradeOrder } from './graders/structured-graders';
import { isAcceptedText } from './graders/texts';

type Answer = QuizAnswers[string];

/** Points and scores have at most two decimals. `score` is between 0 and the exercise's `maxScore`. */
export interface QuizGrade {
  score: number;
  points: number;
  maxPoints: number;
  /** The questions that were graded automatically. */
  questionGrades: QuestionGrade[];
  /** True if there is no question, or a person must grade one. `score` then counts only the other questions. */
  needsManualGrading: boolean;
}

export interface QuestionGrade {
  id: string;
  points: number;
  maxPoints: number;
  correct: boolean | 'partial' | 'unanswered';
}

/**
 * Returns the share of the question's points that the answer earns, from 0 to 1, or null if a person must grade it. An answer in the
 * format of another question kind earns 0.
 */
type Grader<K extends QuestionKind> = (answer: Answer, key: KeyOf<K>, question: QuestionOf<K>) => number | null;

const graders: { [K in QuestionKind]: Grader<K> } = {
  single: (answer, key) => Number(answer === key.answer),
  multiple: gradeChoices,
  true_false: (answer, key) => Number(answer === key.answer),
  short_answer: (answer, { accepted }) => Number(isAcceptedText(answer, accepted)),
  numeric: gradeNumber,
  fill_blanks: gradeBlanks,
  matching: gradeMatches,
  ordering: gradeOrder,
  colour_match: gradeColour,
  image_hotspot: gradeClicks,
  essay: (answer) => (isAnswered(answer) ? null : 0),
};

/** Grades the questions that have a key (rule 10). This function never throws, so that every attempt gets a grade. */
export function gradeQuiz(
  content: ExerciseContent,
  answerKey: AnswerKey,
  answers: QuizAnswers,
  maxScore: number,
): QuizGrade {
  const questions = content.questions ?? [];
  const read = readAnswers(content, answers);
  const shares = questions.map((question) => gradeQuestion(question, answerKey[question.id], read[question.id]));
  const points = sumOf(questions.map((question, index) => question.points * (shares[index] ?? 0)));
  const maxPoints = sumOf(questions.map((question) => question.points));
  return {
    // The division comes last, so that for whole points a result of exactly one half is rounded up.
    score: maxPoints === 0 ? 0 : Math.round((points * maxScore * 100) / maxPoints) / 100,
    // The sum is rounded, and not its parts, so that three thirds are 1 and not 0.99.
    points: roundToTwoDecimals(points),
    maxPoints,
    questionGrades: questions.flatMap((question, index) => {
      const share = shares[index] ?? null;
      return share === null ? [] : [toQuestionGrade(question, share, read[question.id])];
    }),
    needsManualGrading: questions.length === 0 || shares.includes(null),
  };
}

/** Lists the answers that do not fit this exercise. The pointers refer to a request body `{ answers }`. */
export function checkAnswers(content: ExerciseContent, answers: QuizAnswers): FieldError[] {
  const questions = new Map(content.questions?.map((question) => [question.id, question]));
  return Object.entries(answers).flatMap(([id, answer]) => {
    const question = questions.get(id);
    const message = question ? findAnswerError(question, answer) : 'No question has this id';
    return message ? [{ pointer: `/body/answers/${id}`, message, rule: 'answer_form' }] : [];
  });
}

function findAnswerError(question: Question, answer: Answer): string | undefined {
  if (!questionKinds[question.kind].answer.safeParse(answer).success)
    return `Must be the answer to a ${question.kind} question`;
  return findUnknownPart(question, answer);
}

/** Returns the earned share, or null if the key is missing or is for another question kind, because then a person must grade. */
function gradeQuestion<K extends QuestionKind>(
  question: QuestionOf<K>,
  key: unknown,
  answer: Answer | undefined,
): number | null {
  const kind: K = question.kind;
  const parsedKey = questionKinds[kind].key.safeParse(key);
  if (!parsedKey.success) return null;
  return answer === undefined ? 0 : graders[kind](answer, parsedKey.data, question);
}

/**
 * Without partial credit the share is 1 or 0. With partial credit it is (right − wrong) / all right options, so that choosing every
 * option gains nothing.
 */
function gradeChoices(answer: Answer, key: KeyOf<'multiple'>, { partial }: QuestionOf<'multiple'>): number {
  if (!Array.isArray(answer)) return 0;
  const rightOptions = new Set(key.answer);
  const chosen = new Set<unknown>(answer);
  const rightCount = [...chosen].filter((id) => rightOptions.has(id as string)).length;
  const wrongCount = chosen.size - rightCount;
  if (partial) return Math.max(0, (rightCount - wrongCount) / rightOptions.size);
  return Number(rightCount === rightOptions.size && wrongCount === 0);
}

function gradeNumber(answer: Answer, key: KeyOf<'numeric'>): number {
  const number = typeof answer === 'string' ? parseNumber(answer) : answer;
  if (typeof number !== 'number' || !Number.isFinite(number)) return 0;
  // |0.4 − 0.3| is not exactly 0.1 in binary, because each number and their difference have an error of half a unit in the last place.
  const largestNumber = Math.max(Math.abs(number), Math.abs(key.answer), key.tolerance);
  const maxRoundingError = 4 * Number.EPSILON * largestNumber;
  return Number(Math.abs(number - key.answer) <= key.tolerance + maxRoundingError);
}

/** An optional sign, digits with at most one decimal point or comma, and an optional exponent. */
const numberPattern = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;

/** Reads '3.5', '3,5', '-.5' and '1e-3'. Other texts are NaN, also '1.234,5', because its decimal mark is unclear. */
function parseNumber(text: string): number {
  const trimmed = text.trim();
  return numberPattern.test(trimmed) ? Number(trimmed.replace(',', '.')) : NaN;
}

/** A blank text, an empty list and an object of blank texts are no answers. */
export function isAnswered(answer: Answer | undefined): boolean {
  if (answer === undefined) return false;
  if (typeof answer === 'string') return answer.trim() !== '';
  if (Array.isArray(answer)) return answer.length > 0;
  return typeof answer !== 'object' || Object.values(answer).some((text) => text.trim() !== '');
}

function toQuestionGrade({ id, points }: Question, share: number, answer: Answer | undefined): QuestionGrade {
  const isPartlyRight = share > 0 && share < 1;
  const gradedAnswer = isPartlyRight ? 'partial' : share === 1;
  const correct = isAnswered(answer) ? gradedAnswer : 'unanswered';
  return { id, points: roundToTwoDecimals(points * share), maxPoints: points, correct };
}

function sumOf(values: number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

const roundToTwoDecimals = (value: number) => Math.round(value * 100) / 100;
