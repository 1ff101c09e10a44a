import { isDeepStrictEqual } from 'node:util';
import type { AnswerKey, ExerciseContent, Question } from '../../courses';

interface AskedExercise {
  askedContent: ExerciseContent;
  askedKey: AnswerKey;
  presentContent: ExerciseContent;
  presentKey: AnswerKey;
}

/**
 * The right answers to the questions that a student was asked. A question that is still asked has its present key, which may be a
 * correction. A question that was changed keeps its key of that time, because the answer is about another question.
 */
export function keysOfAskedQuestions({ askedContent, askedKey, presentContent, presentKey }: AskedExercise): AnswerKey {
  const present = new Map(presentContent.questions?.map((question) => [question.id, question]));
  const keys = (askedContent.questions ?? []).flatMap((question) => {
    const isStillAsked = isSameQuestion(question, present.get(question.id));
    const key = isStillAsked ? presentKey[question.id] : askedKey[question.id];
    return key ? [[question.id, key] as const] : [];
  });
  return Object.fromEntries(keys);
}

/** The texts and the order of the options may differ. The text of the question may not, because the present key could be wrong for the earlier text. */
function isSameQuestion(asked: Question, present: Question | undefined): boolean {
  if (present?.kind !== asked.kind || present.text !== asked.text) return false;
  return isDeepStrictEqual(partsOf(asked), partsOf(present));
}

/** What an answer to the question names. */
function partsOf(question: Question): unknown {
  if ('options' in question) return idsOf(question.options);
  if ('items' in question) return idsOf(question.items);
  if ('choices' in question) return [idsOf(question.prompts), idsOf(question.choices)];
  if ('blanks' in question) return question.blanks.toSorted();
  return 'picture' in question ? [question.picture.url, question.spotCount] : [];
}

const idsOf = (options: { id: string }[]): string[] => options.map(({ id }) => id).sort();
