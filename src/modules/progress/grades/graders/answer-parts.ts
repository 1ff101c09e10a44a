import type { Question, QuizAnswers } from '../../../courses';

type Answer = QuizAnswers[string];

/** Says what is wrong with an answer that names something the question does not have. The form of the answer was checked before. */
export function findUnknownPart(question: Question, answer: Answer): string | undefined {
  switch (question.kind) {
    case 'single':
    case 'multiple':
      return [answer].flat().every((named) => isOption(question, named)) ? undefined : 'Must be the id of an option';
    case 'matching': {
      const isKnown = hasIds(question.prompts, Object.keys(answer)) && hasIds(question.choices, Object.values(answer));
      return isKnown ? undefined : 'Must have ids of choices by the ids of prompts';
    }
    case 'ordering': {
      const ids = answer as string[];
      const isKnown = hasIds(question.items, ids) && new Set(ids).size === ids.length;
      return isKnown ? undefined : 'Must be a list of the ids of the items, each at most once';
    }
    case 'fill_blanks':
      return Object.keys(answer).every((id) => question.blanks.includes(id)) ? undefined : 'No blank has this id';
    case 'image_hotspot':
      return (answer as unknown[]).length <= question.spotCount
        ? undefined
        : `Must have at most ${question.spotCount} clicks`;
    default:
      return undefined;
  }
}

/** An index means nothing if each student sees another order. */
function isOption({ options, isShuffled }: Extract<Question, { options: unknown }>, named: unknown): boolean {
  if (typeof named === 'number') return !isShuffled && named < options.length;
  return options.some(({ id }) => id === named);
}

const hasIds = (options: { id: string }[], ids: unknown[]): boolean =>
  ids.every((named) => options.some(({ id }) => id === named));
