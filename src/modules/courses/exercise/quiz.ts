import { z } from 'zod';
import type { FieldError } from '../../../platform/errors/domain-error';
import { rule } from '../../../platform/http/rules';

/** The maximum number of options of a question, and so also of indexes in an answer. */
const maxOptions = 20;
const maxQuestions = 100;

// The jsonb type of PostgreSQL cannot store NUL characters and ill-formed Unicode. Request bodies are checked elsewhere, but
// loaded files only here.
const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();
const anyText = (maxLength: number) =>
  z.string().max(maxLength).refine(isStorable, rule('storable_text', 'Must be well-formed Unicode without U+0000'));
const text = (maxLength: number) => anyText(maxLength).regex(/\S/, 'Must not be blank');

// The id is a member name in the answer key and in the answers. The server refuses JSON bodies with these three names.
const questionId = z
  .string()
  .regex(/^(?!(__proto__|constructor|prototype)$)[A-Za-z0-9_-]{1,40}$/, 'Must be 1 to 40 of A-Z a-z 0-9 _ -');
const optionIndex = z
  .int()
  .min(0)
  .max(maxOptions - 1);
const optionIndexes = z.array(optionIndex).max(maxOptions);

const baseFields = { id: questionId, text: text(5_000), points: z.int().min(1).max(1_000) };
const options = z.array(text(500)).min(2).max(maxOptions);

/** A new kind needs a schema here and an entry in `schemasByKind`. The compiler then reports all other places to change. */
export const Question = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...baseFields, kind: z.literal('single'), options }).meta({ id: 'SingleChoiceQuestion' }),
    z
      .strictObject({ ...baseFields, kind: z.literal('multiple'), options, partial: z.boolean().optional() })
      .meta({ id: 'MultipleChoiceQuestion' }),
    z.strictObject({ ...baseFields, kind: z.literal('true_false') }).meta({ id: 'TrueFalseQuestion' }),
    z.strictObject({ ...baseFields, kind: z.literal('short_answer') }).meta({ id: 'ShortAnswerQuestion' }),
    z
      .strictObject({ ...baseFields, kind: z.literal('numeric'), unit: text(20).optional() })
      .meta({ id: 'NumericQuestion' }),
  ])
  .meta({ id: 'Question' });

export type Question = z.infer<typeof Question>;
export type QuestionKind = Question['kind'];
export type QuestionOf<K extends QuestionKind> = Extract<Question, { kind: K }>;

const SingleChoiceKey = z.strictObject({ answer: optionIndex }).meta({ id: 'SingleChoiceKey' });
const MultipleChoiceKey = z.strictObject({ answer: optionIndexes.min(1) }).meta({ id: 'MultipleChoiceKey' });
const TrueFalseKey = z.strictObject({ answer: z.boolean() }).meta({ id: 'TrueFalseKey' });
const ShortAnswerKey = z.strictObject({ accepted: z.array(text(200)).min(1).max(50) }).meta({ id: 'ShortAnswerKey' });
const NumericKey = z.strictObject({ answer: z.number(), tolerance: z.number().min(0) }).meta({ id: 'NumericKey' });

const answerText = anyText(1_000);

const schemasByKind = {
  single: { key: SingleChoiceKey, answer: optionIndex },
  multiple: { key: MultipleChoiceKey, answer: optionIndexes },
  true_false: { key: TrueFalseKey, answer: z.boolean() },
  short_answer: { key: ShortAnswerKey, answer: answerText },
  numeric: { key: NumericKey, answer: z.union([z.number(), answerText]) },
};

export type KeyOf<K extends QuestionKind> = z.infer<(typeof schemasByKind)[K]['key']>;

/** The schemas of the key and of a student's answer, by kind. The mapped type gives generic code the key type of its kind. */
export const questionKinds: { [K in QuestionKind]: { key: z.ZodType<KeyOf<K>>; answer: z.ZodType } } = schemasByKind;

/** The part of an exercise that a student may see: the questions of a quiz, the prompt of work to hand in, or both. */
export const ExerciseContent = z
  .strictObject({ prompt: text(20_000).optional(), questions: z.array(Question).max(maxQuestions).optional() })
  .refine(
    ({ prompt, questions }) => prompt || questions?.length,
    rule('prompt_or_questions', 'Must have a prompt or at least one question'),
  )
  .meta({
    id: 'ExerciseContent',
    anyOf: [{ required: ['prompt'] }, { required: ['questions'], properties: { questions: { minItems: 1 } } }],
  });
export type ExerciseContent = z.infer<typeof ExerciseContent>;

/** The right answers by question id. They are never sent to a student before grading (rule 7). */
export const AnswerKey = z
  .record(questionId, z.union([SingleChoiceKey, MultipleChoiceKey, TrueFalseKey, ShortAnswerKey, NumericKey]))
  .meta({ id: 'AnswerKey' });
export type AnswerKey = z.infer<typeof AnswerKey>;

/** A student's answers by question id. A question that is left out counts as unanswered. */
export const QuizAnswers = z
  .record(questionId, z.union([z.number(), optionIndexes, z.boolean(), answerText]))
  .refine(
    (answers) => Object.keys(answers).length <= maxQuestions,
    rule('max_members', `Must have at most ${maxQuestions} answers`),
  )
  .meta({ id: 'QuizAnswers', maxProperties: maxQuestions });
export type QuizAnswers = z.infer<typeof QuizAnswers>;

/** Checks that questions and answer key match, which no schema can do. The pointers refer to a body `{ content, answerKey }`. */
export function checkQuiz(content: ExerciseContent, answerKey: AnswerKey): FieldError[] {
  const questions = content.questions ?? [];
  const ids = questions.map((question) => question.id);
  const duplicateIds = findDuplicates(ids).map((index) => ({
    pointer: `/body/content/questions/${index}/id`,
    message: 'Must not be used twice',
  }));
  const unknownIds = Object.keys(answerKey).filter((id) => !ids.includes(id));
  return [
    ...duplicateIds,
    ...questions.flatMap((question, index) => checkOptions(question, `/body/content/questions/${index}`)),
    ...questions.flatMap((question) => checkKey(question, answerKey)),
    ...unknownIds.map((id) => ({ pointer: `/body/answerKey/${id}`, message: 'No question has this id' })),
  ];
}

function checkOptions(question: Question, pointer: string): FieldError[] {
  if (!('options' in question)) return [];
  return findDuplicates(question.options).map((index) => ({
    pointer: `${pointer}/options/${index}`,
    message: 'Must not be given twice',
  }));
}

function checkKey(question: Question, answerKey: AnswerKey): FieldError[] {
  const pointer = `/body/answerKey/${question.id}`;
  if (!Object.hasOwn(answerKey, question.id))
    return [{ pointer, message: 'Must be given, because the quiz has a question with this id' }];
  const key = answerKey[question.id]!;
  const { error } = questionKinds[question.kind].key.safeParse(key);
  if (error) return error.issues.map(({ path, message }) => ({ pointer: [pointer, ...path].join('/'), message }));
  if (!('options' in question && 'answer' in key)) return [];
  const keyIndexes = [key.answer].flat();
  const errors: FieldError[] = [];
  if (keyIndexes.some((index) => Number(index) >= question.options.length))
    errors.push({ pointer: `${pointer}/answer`, message: 'Must be the index of an option' });
  if (findDuplicates(keyIndexes).length > 0)
    errors.push({ pointer: `${pointer}/answer`, message: 'Must not name an option twice' });
  return errors;
}

/** Returns the indexes of the values that also occur earlier in the list. */
function findDuplicates(values: readonly unknown[]): number[] {
  return [...values.keys()].filter((index) => values.indexOf(values[index]) < index);
}
