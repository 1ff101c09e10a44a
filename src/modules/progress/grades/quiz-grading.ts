import type { FieldError } from '../../../platform/errors/domain-error';
import {
  questionKinds,
  type AnswerKey,
  type ExerciseContent,
  type KeyOf,
  type Question,
  type QuestionKind,
  type QuestionOf,
  type QuizAnswers,
} from '../../courses';

type Answer = QuizAnswers[string];

/** Points and scores have at most two decimals. `score` is between 0 and the exercise's `maxScore`. */
export interface QuizGrade {
  score: number;
  points: number;
  maxPoints: number;
  perQuestion: QuestionGrade[];
  /** True if there is no question, or a question has no valid key. `score` then counts only the questions with a key. */
  needsManualGrading: boolean;
}

export interface QuestionGrade {
  id: string;
  points: number;
  maxPoints: number;
  correct: boolean | 'partial';
}

/** Returns the share of the points, from 0 to 1. An answer in the format of another question kind earns 0. */
type Grader<K extends QuestionKind> = (answer: Answer, key: KeyOf<K>, question: QuestionOf<K>) => number;

const graders: { [K in QuestionKind]: Grader<K> } = {
  single: (answer, key) => Number(answer === key.answer),
  multiple: gradeChoices,
  true_false: (answer, key) => Number(answer === key.answer),
  short_answer: gradeShortAnswer,
  numeric: gradeNumber,
};

/** Grades the questions that have a key (rule 10). It never throws, so that every attempt gets a grade. */
export function gradeQuiz(
  content: ExerciseContent,
  answerKey: AnswerKey,
  answers: QuizAnswers,
  maxScore: number,
): QuizGrade {
  const questions = content.questions ?? [];
  const shares = questions.map((question) => shareOf(question, answerKey[question.id], answers[question.id]));
  const points = sum(questions.map((question, at) => question.points * (shares[at] ?? 0)));
  const maxPoints = sum(questions.map((question) => question.points));
  return {
    // The division comes last, so that for whole points a result of exactly one half is rounded up.
    score: maxPoints === 0 ? 0 : Math.round((points * maxScore * 100) / maxPoints) / 100,
    points: twoDecimals(points), // rounded after the sum, so that three thirds are 1 and not 0.99
    maxPoints,
    perQuestion: questions.map((question, at) => toQuestionGrade(question, shares[at] ?? 0)),
    needsManualGrading: questions.length === 0 || shares.includes(null),
  };
}

/** Lists the answers that do not fit this exercise. The pointers refer to a request body `{ answers }`. */
export function checkAnswers(content: ExerciseContent, answers: QuizAnswers): FieldError[] {
  const questions = new Map(content.questions?.map((question) => [question.id, question]));
  return Object.entries(answers).flatMap(([id, answer]) => {
    const question = questions.get(id);
    const message = question ? findAnswerError(question, answer) : 'No question has this id';
    return message ? [{ pointer: `/body/answers/${id}`, message }] : [];
  });
}

function findAnswerError(question: Question, answer: Answer): string | undefined {
  if (!questionKinds[question.kind].answer.safeParse(answer).success)
    return `Must be the answer to a ${question.kind} question`;
  if (!('options' in question)) return undefined;
  const isBeyondOptions = [answer].flat().some((index) => Number(index) >= question.options.length);
  return isBeyondOptions ? 'Must be the index of an option' : undefined;
}

/** null if the key is missing or is for another question kind, because then only a person can grade the answer. */
function shareOf<K extends QuestionKind>(
  question: QuestionOf<K>,
  key: unknown,
  answer: Answer | undefined,
): number | null {
  const kind: K = question.kind;
  const parsedKey = questionKinds[kind].key.safeParse(key);
  if (!parsedKey.success) return null;
  return answer === undefined ? 0 : graders[kind](answer, parsedKey.data, question);
}

/** Without `partial`: 1 or 0. With it: (right − wrong) / all right options, so that choosing every option gains nothing. */
function gradeChoices(answer: Answer, key: KeyOf<'multiple'>, { partial }: QuestionOf<'multiple'>): number {
  if (!Array.isArray(answer)) return 0;
  const rightOptions = new Set(key.answer);
  const chosen = new Set(answer);
  const rightCount = [...chosen].filter((index) => rightOptions.has(index)).length;
  const wrongCount = chosen.size - rightCount;
  if (partial) return Math.max(0, (rightCount - wrongCount) / rightOptions.size);
  return Number(rightCount === rightOptions.size && wrongCount === 0);
}

function gradeShortAnswer(answer: Answer, { accepted }: KeyOf<'short_answer'>): number {
  if (typeof answer !== 'string') return 0;
  const given = normalised(answer);
  return Number(given !== '' && accepted.some((one) => normalised(one) === given));
}

/** Removes differences of width, case, spaces and a final full stop. Accents stay, because they change the word. */
function normalised(text: string): string {
  const withSingleSpaces = text.normalize('NFKC').replace(/\s+/g, ' ').trim();
  // Both conversions are needed: they make 'ẞ' and 'ß' equal to 'SS', and the two small sigmas equal.
  const withoutCase = withSingleSpaces.toLowerCase().toUpperCase();
  return withoutCase.replace(/ ?\.$/, '');
}

function gradeNumber(answer: Answer, key: KeyOf<'numeric'>): number {
  const given = typeof answer === 'string' ? parseNumber(answer) : answer;
  if (typeof given !== 'number' || !Number.isFinite(given)) return 0;
  // |0.4 − 0.3| is not exactly 0.1 in binary: each number and their difference have an error of half a unit in the last place.
  const roundingError = 4 * Number.EPSILON * Math.max(Math.abs(given), Math.abs(key.answer), key.tolerance);
  return Number(Math.abs(given - key.answer) <= key.tolerance + roundingError);
}

/** Reads '3.5', '3,5', '-.5' and '1e-3'. NaN for all other texts, also for '1.234,5', because its decimal mark is unclear. */
function parseNumber(text: string): number {
  const trimmed = text.trim();
  return /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed.replace(',', '.')) : NaN;
}

function toQuestionGrade({ id, points }: Question, share: number): QuestionGrade {
  const correct = share > 0 && share < 1 ? 'partial' : share === 1;
  return { id, points: twoDecimals(points * share), maxPoints: points, correct };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const twoDecimals = (value: number) => Math.round(value * 100) / 100;
