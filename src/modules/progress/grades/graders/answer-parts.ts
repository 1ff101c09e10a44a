import type { QuestionKind, QuestionOf, QuizAnswers } from '../../../courses';

/** Says what is wrong with an answer that names something the question does not have. Its form was checked before. */
type PartCheck<K extends QuestionKind> = (question: QuestionOf<K>, answer: unknown) => string | undefined;

const checkChoices: PartCheck<'single'> & PartCheck<'multiple'> = (question, answer) =>
  [answer].flat().every((named) => isOption(question, named)) ? undefined : 'Must be the id of an option';

const checks: { [K in QuestionKind]?: PartCheck<K> } = {
  single: checkChoices,
  multiple: checkChoices,
  fill_blanks: ({ blanks }, texts) =>
    Object.keys(texts as object).every((id) => blanks.includes(id)) ? undefined : 'Must have the ids of blanks',
  matching: ({ prompts, choices }, chosen) =>
    hasIds(prompts, Object.keys(chosen as object)) && hasIds(choices, Object.values(chosen as object))
      ? undefined
      : 'Must have ids of choices by the ids of prompts',
  ordering: ({ items }, ids) =>
    hasIds(items, ids as unknown[]) && new Set(ids as unknown[]).size === (ids as unknown[]).length
      ? undefined
      : 'Must be a list of the ids of the items, each at most once',
  image_hotspot: ({ spotCount }, clicks) =>
    (clicks as unknown[]).length <= spotCount ? undefined : `Must have at most ${spotCount} clicks`,
};

export function findUnknownPart<K extends QuestionKind>(
  question: QuestionOf<K>,
  answer: QuizAnswers[string],
): string | undefined {
  const kind: K = question.kind;
  return checks[kind]?.(question, answer);
}

/** An index means nothing if each student sees another order. */
function isOption({ options, isShuffled }: QuestionOf<'single' | 'multiple'>, named: unknown): boolean {
  if (typeof named === 'number') return !isShuffled && named < options.length;
  return options.some(({ id }) => id === named);
}

const hasIds = (options: { id: string }[], ids: unknown[]): boolean =>
  ids.every((named) => options.some(({ id }) => id === named));
