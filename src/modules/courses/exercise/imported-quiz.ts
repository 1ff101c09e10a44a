import type { Fields } from '../../../platform/data/data-rules';
import { ExerciseContent, type AnswerKey, type Question } from './quiz';

/** Splits what a quiz of another system holds into what students may see and the right answers, and joins them again. */
export interface SplitQuiz {
  content: ExerciseContent;
  answerKey: AnswerKey;
}

type Part = Record<string, unknown>;
const questionMembers = new Set(['question', 'options', 'answer', 'points']);

/** @returns why the content cannot be told apart from its answers, as text */
export function splitQuiz(content: unknown, description: unknown, ignoreUnknown: boolean): SplitQuiz | string {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return 'content is no object';
  const { questions, prompt, ...rest } = content as Part;
  const strangers = Object.keys(rest);
  // What is not understood may hold an answer, and everybody who is enrolled would see it.
  if (strangers.length > 0 && !ignoreUnknown) return `content holds ${strangers.join(', ')}, which is not understood`;
  const asked = Array.isArray(questions) ? questions : [];
  const split = asked.map((one, at) => splitQuestion(one, at, ignoreUnknown));
  const wrong = split.find((one) => typeof one === 'string');
  if (wrong !== undefined) return wrong;
  const parts = split as { question: Question; key: AnswerKey[string] }[];
  const text = promptOf(prompt, parts.length > 0, description);
  const made = {
    ...(text === undefined ? {} : { prompt: text }),
    ...(parts.length > 0 ? { questions: parts.map(({ question }) => question) } : {}),
  };
  const { error } = ExerciseContent.safeParse(made);
  if (error) return `content: ${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`;
  return { content: made, answerKey: Object.fromEntries(parts.map(({ question, key }) => [question.id, key])) };
}

/** Work without a word of what is wanted has its description. */
function promptOf(prompt: unknown, hasQuestions: boolean, description: unknown): string | undefined {
  if (typeof prompt === 'string' && prompt.trim()) return prompt;
  if (hasQuestions) return undefined;
  return typeof description === 'string' && description.trim() ? description : 'Hand in your work.';
}

function splitQuestion(
  one: unknown,
  at: number,
  ignoreUnknown: boolean,
): { question: Question; key: AnswerKey[string] } | string {
  const place = `content: question ${at + 1}`;
  if (typeof one !== 'object' || one === null) return `${place} is no object`;
  const { question: text, options, answer, points, ...rest } = one as Part;
  const strangers = Object.keys(rest).filter((name) => !questionMembers.has(name));
  if (strangers.length > 0 && !ignoreUnknown) return `${place} holds ${strangers.join(', ')}, which is not understood`;
  const asked = { id: `q${at + 1}`, text: String(text), points: Number.isInteger(points) ? Number(points) : 1 };
  if (Array.isArray(options))
    return choiceOf(asked, options as string[], answer) ?? `${place}: the answer is no option`;
  if (typeof answer === 'boolean') return { question: { ...asked, kind: 'true_false' }, key: { answer } };
  if (typeof answer === 'number') return { question: { ...asked, kind: 'numeric' }, key: { answer, tolerance: 0 } };
  const accepted = [answer].flat();
  if (accepted.length > 0 && accepted.every((word) => typeof word === 'string'))
    return { question: { ...asked, kind: 'short_answer' }, key: { accepted } };
  return `${place}: the answer is not understood`;
}

type Asked = Pick<Question, 'id' | 'text' | 'points'>;

function choiceOf(
  asked: Asked,
  options: string[],
  answer: unknown,
): { question: Question; key: AnswerKey[string] } | null {
  const indexes = [answer].flat().map((one) => (typeof one === 'string' ? options.indexOf(one) : one));
  const fits = indexes.every(
    (one) => Number.isInteger(one) && (one as number) >= 0 && (one as number) < options.length,
  );
  if (!fits || indexes.length === 0) return null;
  if (Array.isArray(answer))
    return { question: { ...asked, kind: 'multiple', options }, key: { answer: indexes as number[] } };
  return { question: { ...asked, kind: 'single', options }, key: { answer: indexes[0] as number } };
}

/** As it was: `{"questions": [{"question", "options", "answer"}]}`. */
export function joinQuiz(content: Fields, answerKey: Fields): Fields {
  const { questions, prompt } = content as ExerciseContent;
  if (!questions) return content;
  const joined = questions.map((question) => ({
    question: question.text,
    ...('options' in question ? { options: question.options } : {}),
    ...answerOf(answerKey[question.id] as AnswerKey[string] | undefined),
    ...(question.points === 1 ? {} : { points: question.points }),
  }));
  return prompt === undefined ? { questions: joined } : { prompt, questions: joined };
}

function answerOf(key: AnswerKey[string] | undefined): Fields {
  if (!key) return {};
  if (!('accepted' in key)) return { answer: key.answer };
  return { answer: key.accepted.length === 1 ? key.accepted[0] : key.accepted };
}
