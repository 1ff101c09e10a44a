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

/** Points and scores carry at most two decimals; `score` is out of the exercise's `maxScore`. */
export interface Grade {
  score: number;
  points: number;
  maxPoints: number;
  perQuestion: QuestionGrade[];
  /** There is no question, or one without a key that fits it: the score counts the others only, until a person grades. */
  needsManualGrading: boolean;
}

export interface QuestionGrade {
  id: string;
  points: number;
  maxPoints: number;
  correct: boolean | 'partial';
}

/** The share of the points, 0 to 1. An answer of another kind's form earns nothing. */
type Grader<K extends QuestionKind> = (answer: Answer, key: KeyOf<K>, question: QuestionOf<K>) => number;

const graders: { [K in QuestionKind]: Grader<K> } = {
  single: (answer, key) => Number(answer === key.answer),
  multiple: gradeChoices,
  true_false: (answer, key) => Number(answer === key.answer),
  short_answer: gradeWords,
  numeric: gradeNumber,
};

/** Grades what a machine can (rule 10). Nothing here throws: whatever an attempt holds, it gets a grade. */
export function grade(content: ExerciseContent, answerKey: AnswerKey, answers: QuizAnswers, maxScore: number): Grade {
  const questions = content.questions ?? [];
  const shares = questions.map((question) => shareOf(question, answerKey[question.id], answers[question.id]));
  const points = sum(questions.map((question, at) => question.points * (shares[at] ?? 0)));
  const maxPoints = sum(questions.map((question) => question.points));
  return {
    // Multiplied before it is divided: whole points keep the half that decides the rounding exact.
    score: maxPoints === 0 ? 0 : Math.round((points * maxScore * 100) / maxPoints) / 100,
    points: twoDecimals(points), // the sum of exact points, so three thirds are 1, not 0.99
    maxPoints,
    perQuestion: questions.map((question, at) => questionGrade(question, shares[at] ?? 0)),
    needsManualGrading: questions.length === 0 || shares.includes(null),
  };
}

/** Answers that cannot belong to this exercise. Pointers are into a body `{ answers }`. */
export function checkAnswers(content: ExerciseContent, answers: QuizAnswers): FieldError[] {
  const questions = new Map(content.questions?.map((question) => [question.id, question]));
  return Object.entries(answers).flatMap(([id, answer]) => {
    const question = questions.get(id);
    const message = question ? misfit(question, answer) : 'No question has this id';
    return message ? [{ pointer: `/body/answers/${id}`, message }] : [];
  });
}

function misfit(question: Question, answer: Answer): string | undefined {
  if (!questionKinds[question.kind].answer.safeParse(answer).success)
    return `Must be the answer to a ${question.kind} question`;
  if (!('options' in question)) return undefined;
  const beyond = [answer].flat().some((index) => Number(index) >= question.options.length);
  return beyond ? 'Must be the index of an option' : undefined;
}

/** null when the key is missing or of another kind: only a person can grade that. */
function shareOf<K extends QuestionKind>(
  question: QuestionOf<K>,
  key: unknown,
  answer: Answer | undefined,
): number | null {
  const kind: K = question.kind;
  const fitting = questionKinds[kind].key.safeParse(key);
  if (!fitting.success) return null;
  return answer === undefined ? 0 : graders[kind](answer, fitting.data, question);
}

/** All or nothing, or by parts: (right − wrong) of the right ones, so that choosing everything earns nothing free. */
function gradeChoices(answer: Answer, key: KeyOf<'multiple'>, { partial }: QuestionOf<'multiple'>): number {
  if (!Array.isArray(answer)) return 0;
  const right = new Set(key.answer);
  const chosen = new Set(answer);
  const hits = [...chosen].filter((index) => right.has(index)).length;
  const misses = chosen.size - hits;
  if (partial) return Math.max(0, (hits - misses) / right.size);
  return Number(hits === right.size && misses === 0);
}

function gradeWords(answer: Answer, { accepted }: KeyOf<'short_answer'>): number {
  if (typeof answer !== 'string') return 0;
  const said = normalised(answer);
  return Number(said !== '' && accepted.some((one) => normalised(one) === said));
}

/** What is the same to a reader is the same here: width, case, spaces, a final full stop. Accents count. */
function normalised(text: string): string {
  const spaced = text.normalize('NFKC').replace(/\s+/g, ' ').trim();
  const folded = spaced.toLowerCase().toUpperCase(); // both ways: 'ẞ' is 'ß' is 'SS', and two sigmas have one capital
  return folded.replace(/ ?\.$/, '');
}

function gradeNumber(answer: Answer, key: KeyOf<'numeric'>): number {
  const given = typeof answer === 'string' ? numberIn(answer) : answer;
  if (typeof given !== 'number' || !Number.isFinite(given)) return 0;
  // 0.4 is 0.1 away from 0.3, but not in binary. Each number, and their difference, is off by half a unit in its last place.
  const rounding = 4 * Number.EPSILON * Math.max(Math.abs(given), Math.abs(key.answer), key.tolerance);
  return Number(Math.abs(given - key.answer) <= key.tolerance + rounding);
}

/** '3.5', '3,5', '-.5', '1e-3'; NaN for anything else, also for '1.234,5': who knows which mark is the decimal one. */
function numberIn(text: string): number {
  const written = text.trim();
  return /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i.test(written) ? Number(written.replace(',', '.')) : NaN;
}

function questionGrade({ id, points }: Question, share: number): QuestionGrade {
  const correct = share > 0 && share < 1 ? 'partial' : share === 1;
  return { id, points: twoDecimals(points * share), maxPoints: points, correct };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const twoDecimals = (value: number) => Math.round(value * 100) / 100;
