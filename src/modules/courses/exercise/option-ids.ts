import { randomUUID } from 'node:crypto';
import { json, type Decode } from '../../../platform/database/columns';
import type {
  AnswerKey,
  ExerciseContent,
  NewExerciseContent,
  NewQuestion,
  NewQuestionKeys,
  Question,
  QuizAnswers,
} from './quiz';
import type { QuestionOption } from './questions/question-fields';

/** The id of an option that was stored or imported without one. It counts from 1, in the order that was stored. */
export const idOfIndex = (index: number): string => `o${index + 1}`;

/** The id for an index that is not in the list of options. No option has this id, so the check of the key reports it. */
const unknownIndex = (index: number): string => `${index}_not_an_option`;

type StoredOption = QuestionOption | string;
type StoredQuestion = Exclude<Question, { options: unknown }> | (Question & { options: StoredOption[] });

/**
 * Reads the content of an exercise. Before options had ids, they were stored as texts. Such options get the ids o1, o2, … by their
 * place, so that they keep these ids when the content is saved again.
 */
export const contentOf: Decode<ExerciseContent> = (value) => {
  const content = json(value) as Omit<ExerciseContent, 'questions'> & { questions?: StoredQuestion[] };
  if (!content.questions) return content;
  return { ...content, questions: content.questions.map(withOptionIds) };
};

function withOptionIds(question: StoredQuestion): Question {
  if (!('options' in question)) return question;
  const options = (question.options as StoredOption[]).map((option, index) =>
    typeof option === 'string' ? { id: idOfIndex(index), text: option } : option,
  );
  return { ...question, options } as Question;
}

/** Reads an answer key. A key that was stored with indexes of options gets the ids that `contentOf` gives to these options. */
export const answerKeyOf: Decode<AnswerKey> = (value) => {
  const key = json(value) as Record<string, AnswerKey[string] | { answer: number | number[] }>;
  return Object.fromEntries(Object.entries(key).map(([id, entry]) => [id, toKeyWithIds(entry)]));
};

function toKeyWithIds(entry: AnswerKey[string] | { answer: number | number[] }): AnswerKey[string] {
  if (!('answer' in entry) || 'tolerance' in entry) return entry;
  return { ...entry, answer: toIds(entry.answer, idOfIndex) } as AnswerKey[string];
}

function toIds(answer: unknown, idOf: (index: number) => string): unknown {
  if (Array.isArray(answer)) return answer.map((option: unknown) => toIds(option, idOf));
  return typeof answer === 'number' ? idOf(answer) : answer;
}

/** Gives an id to each option of a request that has none. An option with the same text as before keeps its id. */
export function assignOptionIds(content: NewExerciseContent, before?: ExerciseContent): ExerciseContent {
  const { questions } = content;
  if (!questions) return content as ExerciseContent;
  const earlierById = new Map(before?.questions?.map((question) => [question.id, question]));
  return {
    ...content,
    questions: questions.map((question) => withNewOptionIds(question, earlierById.get(question.id))),
  };
}

/** The list of a question whose entries get their ids from the server. */
function listNameOf({ kind }: Pick<Question, 'kind'>): 'options' | 'items' | 'choices' | undefined {
  if (kind === 'single' || kind === 'multiple') return 'options';
  if (kind === 'ordering') return 'items';
  return kind === 'matching' ? 'choices' : undefined;
}

type Lists = Partial<Record<'options' | 'items' | 'choices', (string | { id?: string | undefined; text: string })[]>>;
const listOf = (question: Question, name = listNameOf(question)): QuestionOption[] =>
  (name && (question as Partial<Record<typeof name, QuestionOption[]>>)[name]) ?? [];

function withNewOptionIds(question: NewQuestion, earlier: Question | undefined): Question {
  const name = listNameOf(question);
  if (!name) return question as Question;
  const earlierOptions = earlier ? listOf(earlier, name) : [];
  const entries = (question as Lists)[name] ?? [];
  const requested = entries.map((option) => (typeof option === 'string' ? { text: option } : option));
  const known = requested.map(({ id, text }) => id ?? earlierOptions.find((option) => option.text === text)?.id);
  const usedIds = new Set(known);
  // A counted id would tell in which order the teacher wrote the items, which is often the right one.
  const isCounted = !earlier && name === 'options';
  const newId = (index: number): string => (isCounted ? takeFreeId(usedIds, index) : randomId());
  const options = requested.map(({ text }, index) => ({ id: known[index] ?? newId(index), text }));
  return { ...question, [name]: options } as Question;
}

/** An option that is added later never gets the id of one that was removed earlier, because stored answers name that id. */
const randomId = (): string => `n${randomUUID().slice(0, 8)}`;

function takeFreeId(usedIds: Set<string | undefined>, index: number): string {
  let candidate = index;
  while (usedIds.has(idOfIndex(candidate))) candidate++;
  usedIds.add(idOfIndex(candidate));
  return idOfIndex(candidate);
}

/** Replaces the indexes in the key of a request by the ids of the options in the present order. */
export function toAnswerKey(keys: NewQuestionKeys, { questions = [] }: ExerciseContent): AnswerKey {
  const entries = Object.entries(keys).map(([id, key]) => {
    const question = questions.find((candidate) => candidate.id === id);
    return [id, question ? withoutIndexes(key, listOf(question)) : key];
  });
  return Object.fromEntries(entries) as AnswerKey;
}

function withoutIndexes(key: NewQuestionKeys[string], options: QuestionOption[]): unknown {
  if (options.length === 0) return key;
  const idOf = (index: number): string => options[index]?.id ?? unknownIndex(index);
  if ('answer' in key) return { ...key, answer: toIds(key.answer, idOf) };
  if ('order' in key) return { ...key, order: toIds(key.order, idOf) };
  if (!('matches' in key)) return key;
  const matches = Object.entries(key.matches).map(([promptId, choice]) => [promptId, toIds(choice, idOf)]);
  return { ...key, matches: Object.fromEntries(matches) };
}

/** Replaces indexes in new answers by the ids of the options in the present order. The answers were checked before. */
export const toOptionIds = (content: ExerciseContent, answers: QuizAnswers): QuizAnswers =>
  replaceIndexes(content, answers, ({ options }, index) => options[index]?.id ?? unknownIndex(index));

/** Replaces indexes in stored answers, from before options had ids, by the ids that `contentOf` gave to these options. */
export const readAnswers = (content: ExerciseContent, answers: QuizAnswers): QuizAnswers =>
  replaceIndexes(content, answers, (_, index) => idOfIndex(index));

type ChoiceQuestion = Extract<Question, { options: unknown }>;

function replaceIndexes(
  { questions = [] }: ExerciseContent,
  answers: QuizAnswers,
  idOf: (question: ChoiceQuestion, index: number) => string,
): QuizAnswers {
  const replaced = { ...answers };
  for (const question of questions)
    if ('options' in question && Object.hasOwn(replaced, question.id))
      replaced[question.id] = toIds(replaced[question.id], (index) => idOf(question, index)) as QuizAnswers[string];
  return replaced;
}
