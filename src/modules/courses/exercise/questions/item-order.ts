import { createHash } from 'node:crypto';
import type { ExerciseContent, Question } from '../quiz';

/**
 * Sorts the items of ordering questions and the choices of matching questions by a hash. Teachers usually write them in the right
 * order, which would tell the key. The ids that the server gives to them are random for the same reason.
 */
export function hideRightOrder(content: ExerciseContent): ExerciseContent {
  if (!content.questions) return content;
  return { ...content, questions: content.questions.map(withHiddenOrder) };
}

function withHiddenOrder(question: Question): Question {
  if (question.kind === 'ordering') return { ...question, items: sortByHash(question.items, question.id) };
  if (question.kind === 'matching') return { ...question, choices: sortByHash(question.choices, question.id) };
  return question;
}

/** The order in which one student sees the options of a shuffled question. It is the same each time. */
export function orderFor(studentId: number, question: Question): Question {
  if (!('options' in question) || !question.isShuffled) return question;
  return { ...question, options: sortByHash(question.options, `${studentId} ${question.id}`) };
}

export function contentFor(studentId: number, content: ExerciseContent): ExerciseContent {
  if (!content.questions) return content;
  return { ...content, questions: content.questions.map((question) => orderFor(studentId, question)) };
}

function sortByHash<Item extends { id: string }>(items: Item[], salt: string): Item[] {
  const hash = ({ id }: Item): string => createHash('sha256').update(`${salt} ${id}`).digest('hex');
  const hashed = items.map((item) => ({ item, hash: hash(item) }));
  return hashed.sort((first, second) => (first.hash < second.hash ? -1 : 1)).map(({ item }) => item);
}
