import type { KeyOf, QuestionOf } from '../../../courses';
import { isAcceptedText } from './texts';

/** With partial credit, the share of the parts that are right. Without it, 1 only if all are right. */
export function shareOf(rightCount: number, count: number, isPartial: boolean | undefined): number {
  return isPartial ? rightCount / count : Number(rightCount === count);
}

export function gradeBlanks(answer: unknown, { blanks }: KeyOf<'fill_blanks'>, { partial }: QuestionOf<'fill_blanks'>) {
  const texts = toValuesById(answer);
  const right = Object.entries(blanks).filter(([id, accepted]) => isAcceptedText(texts.get(id), accepted));
  return shareOf(right.length, Object.keys(blanks).length, partial);
}

export function gradeMatches(answer: unknown, { matches }: KeyOf<'matching'>, { partial }: QuestionOf<'matching'>) {
  const chosen = toValuesById(answer);
  const right = Object.entries(matches).filter(([promptId, choiceId]) => chosen.get(promptId) === choiceId);
  return shareOf(right.length, Object.keys(matches).length, partial);
}

/**
 * Counts the neighbours that follow each other in the right order. One item in a wrong place then costs only a part, and a guess
 * earns little: one of n neighbours on average.
 */
export function gradeOrder(answer: unknown, { order }: KeyOf<'ordering'>, { partial }: QuestionOf<'ordering'>) {
  const given: unknown[] = Array.isArray(answer) ? answer : [];
  const right = order.slice(1).filter((id, index) => {
    const place = given.indexOf(order[index]);
    return place !== -1 && given[place + 1] === id;
  });
  return shareOf(right.length, order.length - 1, partial);
}

/** An answer in the form of another kind of question has no values. */
function toValuesById(answer: unknown): Map<string, unknown> {
  const isObject = typeof answer === 'object' && answer !== null && !Array.isArray(answer);
  return new Map(isObject ? Object.entries(answer) : []);
}
