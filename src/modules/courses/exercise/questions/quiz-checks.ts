import type { FieldError } from '../../../../platform/errors/domain-error';
import { questionKinds, type AnswerKey, type ExerciseContent, type KeyOf, type Question } from '../quiz';
import type { QuestionKind, QuestionOf } from '../quiz';
import { checkBlanks } from './blanks';

/** Checks that questions and answer key match, which no schema can do. The pointers refer to a body `{ content, answerKey }`. */
export function checkQuiz(content: ExerciseContent, answerKey: AnswerKey): FieldError[] {
  const questions = content.questions ?? [];
  const ids = questions.map((question) => question.id);
  const duplicateIds = findDuplicates(ids).map((index) => ({
    pointer: `/body/content/questions/${index}/id`,
    message: 'Must not be used twice',
    rule: 'unique_ids',
  }));
  const unknownIds = Object.keys(answerKey).filter((id) => !ids.includes(id));
  return [
    ...duplicateIds,
    ...questions.flatMap((question, index) => checkQuestion(question, `/body/content/questions/${index}`)),
    ...questions.flatMap((question) => checkKey(question, answerKey)),
    ...unknownIds.map((id) => ({
      pointer: `/body/answerKey/${id}`,
      message: 'No question has this id',
      rule: 'answer_key',
    })),
  ];
}

/** The lists of a question in which no id and no text may be given twice. */
const listNames = ['options', 'items', 'choices', 'prompts'] as const;
type Lists = Partial<Record<(typeof listNames)[number], { id: string; text: string }[]>>;

function checkQuestion(question: Question, pointer: string): FieldError[] {
  if (question.kind === 'fill_blanks') return checkBlanks(question, pointer);
  return listNames.flatMap((name) => checkOptions((question as Lists)[name] ?? [], `${pointer}/${name}`));
}

function checkOptions(options: { id: string; text: string }[], pointer: string): FieldError[] {
  const texts = options.map((option) => option.text);
  const ids = options.map((option) => option.id);
  return [...new Set([...findDuplicates(texts), ...findDuplicates(ids)])].map((index) => ({
    pointer: `${pointer}/${index}`,
    message: 'Must not be given twice',
    rule: 'unique_options',
  }));
}

function checkKey(question: Question, answerKey: AnswerKey): FieldError[] {
  const pointer = `/body/answerKey/${question.id}`;
  const key = Object.hasOwn(answerKey, question.id) ? answerKey[question.id] : undefined;
  const { error, data } = questionKinds[question.kind].key.safeParse(key);
  if (error && !key)
    return [{ pointer, message: 'Must be given, because the quiz has a question with this id', rule: 'answer_key' }];
  if (error)
    return error.issues.map(({ path, message }) => ({
      pointer: [pointer, ...path].join('/'),
      message,
      rule: 'answer_key',
    }));
  return findMismatches(question, data).map(([member, message]) => ({
    pointer: `${pointer}/${member}`,
    message,
    rule: 'answer_key',
  }));
}

/** A member of a key, and what is wrong with it. */
type Mismatch = [member: string, message: string];

const mismatchFinders: { [K in QuestionKind]?: (question: QuestionOf<K>, key: KeyOf<K>) => Mismatch[] } = {
  single: ({ options }, { answer }) => findWrongReferences('answer', [answer], options),
  multiple: ({ options }, { answer }) => findWrongReferences('answer', answer, options),
  matching: findWrongMatches,
  ordering: findWrongOrder,
  fill_blanks: ({ blanks }, key) => findWrongMembers('blanks', Object.keys(key.blanks), blanks),
  colour_match: findWrongBands,
  image_hotspot: findWrongSpots,
};

/** The key has passed the schema of its kind. */
function findMismatches<K extends QuestionKind>(question: QuestionOf<K>, key: unknown): Mismatch[] {
  const kind: K = question.kind;
  return mismatchFinders[kind]?.(question, key as KeyOf<K>) ?? [];
}

function findWrongReferences(member: string, ids: string[], options: { id: string }[]): Mismatch[] {
  const mismatches: Mismatch[] = [];
  if (ids.some((id) => !options.some((option) => option.id === id)))
    mismatches.push([member, 'Must be the id or the index of an option']);
  if (findDuplicates(ids).length > 0) mismatches.push([member, 'Must not name an option twice']);
  return mismatches;
}

function findWrongMatches({ prompts, choices }: QuestionOf<'matching'>, { matches }: KeyOf<'matching'>): Mismatch[] {
  const promptIds = prompts.map(({ id }) => id);
  // A choice may be right for several prompts.
  const chosenIds = [...new Set(Object.values(matches))];
  return [
    ...findWrongMembers('matches', Object.keys(matches), promptIds),
    ...findWrongReferences('matches', chosenIds, choices),
  ];
}

function findWrongOrder({ items }: QuestionOf<'ordering'>, { order }: KeyOf<'ordering'>): Mismatch[] {
  const mismatches = findWrongReferences('order', order, items);
  if (mismatches.length > 0 || order.length === items.length) return mismatches;
  return [['order', 'Must name every item']];
}

function findWrongMembers(member: string, given: string[], expected: string[]): Mismatch[] {
  const missing = expected.filter((id) => !given.includes(id));
  const unknown = given.filter((id) => !expected.includes(id));
  return [
    ...missing.map((id): Mismatch => [`${member}/${id}`, 'Must be given, because the question has it']),
    ...unknown.map((id): Mismatch => [`${member}/${id}`, 'The question has nothing with this id']),
  ];
}

/** Every band must be wider than the one before and earn less. Otherwise it would never count. */
function findWrongBands(_: QuestionOf<'colour_match'>, { tolerance, bands = [] }: KeyOf<'colour_match'>): Mismatch[] {
  return bands.flatMap((band, index): Mismatch[] => {
    const before = bands[index - 1] ?? { tolerance, percent: 100 };
    if (band.tolerance > before.tolerance && band.percent < before.percent) return [];
    return [[`bands/${index}`, 'Must be wider than the band before, and earn less']];
  });
}

function findWrongSpots({ spotCount }: QuestionOf<'image_hotspot'>, key: KeyOf<'image_hotspot'>): Mismatch[] {
  const { spots, tolerance } = key;
  const mismatches: Mismatch[] = [];
  if (spots.length !== spotCount) mismatches.push(['spots', `Must have ${spotCount} items, as spotCount says`]);
  if (tolerance === 0 && spots.some(({ shape }) => shape === 'point'))
    mismatches.push(['tolerance', 'Must be more than 0, because nobody can click exactly on a point']);
  return mismatches;
}

/** Returns the indexes of the values that also occur earlier in the list. */
function findDuplicates(values: readonly unknown[]): number[] {
  return [...values.keys()].filter((index) => values.indexOf(values[index]) < index);
}
