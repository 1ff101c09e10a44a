import { z } from 'zod';
import type { FieldError } from '../../../platform/errors/domain-error';
import { requires, rule } from '../../../platform/http/rules';

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

const baseFields = { id: questionId, text: text(5_000), points: z.int().min(1).max(1_000) };

/** The id is stable: it stays when options are added, reordered or worded otherwise. It is unique in its question. */
const QuestionOption = z
  .strictObject({ id: questionId, text: text(500) })
  .meta({ id: 'QuestionOption', examples: [{ id: 'o1', text: 'Ultramarine' }] });
export type QuestionOption = z.infer<typeof QuestionOption>;
const options = z.array(QuestionOption).min(2).max(maxOptions);

const TrueFalseQuestion = z
  .strictObject({ ...baseFields, kind: z.literal('true_false') })
  .meta({ id: 'TrueFalseQuestion' });
const ShortAnswerQuestion = z
  .strictObject({ ...baseFields, kind: z.literal('short_answer') })
  .meta({ id: 'ShortAnswerQuestion' });
const NumericQuestion = z
  .strictObject({ ...baseFields, kind: z.literal('numeric'), unit: text(20).optional() })
  .meta({ id: 'NumericQuestion' });
const questionsWithoutOptions = [TrueFalseQuestion, ShortAnswerQuestion, NumericQuestion] as const;

/** A new kind needs a schema here and an entry in `schemasByKind`. The compiler then reports all other places to change. */
export const Question = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...baseFields, kind: z.literal('single'), options }).meta({ id: 'SingleChoiceQuestion' }),
    z
      .strictObject({ ...baseFields, kind: z.literal('multiple'), options, partial: z.boolean().optional() })
      .meta({ id: 'MultipleChoiceQuestion' }),
    ...questionsWithoutOptions,
  ])
  .meta({ id: 'Question' });

/** An option in a request: its text, or its text with an id. The server gives an id to an option without one. */
const newOptions = z
  .array(
    z.union([
      text(500),
      z
        .strictObject({ id: questionId.optional(), text: text(500) })
        .meta({ id: 'NewQuestionOption', examples: [{ id: 'o1', text: 'Ultramarine' }] }),
    ]),
  )
  .min(2)
  .max(maxOptions);
const NewQuestion = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ ...baseFields, kind: z.literal('single'), options: newOptions })
      .meta({ id: 'NewSingleChoiceQuestion' }),
    z
      .strictObject({
        ...baseFields,
        kind: z.literal('multiple'),
        options: newOptions,
        partial: z.boolean().optional(),
      })
      .meta({ id: 'NewMultipleChoiceQuestion' }),
    ...questionsWithoutOptions,
  ])
  .meta({ id: 'NewQuestion' });
export type NewQuestion = z.infer<typeof NewQuestion>;

export type Question = z.infer<typeof Question>;
export type QuestionKind = Question['kind'];
export type QuestionOf<K extends QuestionKind> = Extract<Question, { kind: K }>;

const keyFields = {
  explanation: text(5_000)
    .optional()
    .meta({ description: 'Why this answer is right. Students see it together with the right answer' }),
};
const SingleChoiceKey = z.strictObject({ answer: questionId, ...keyFields }).meta({ id: 'SingleChoiceKey' });
const MultipleChoiceKey = z
  .strictObject({ answer: z.array(questionId).min(1).max(maxOptions), ...keyFields })
  .meta({ id: 'MultipleChoiceKey' });
const TrueFalseKey = z.strictObject({ answer: z.boolean(), ...keyFields }).meta({ id: 'TrueFalseKey' });
const ShortAnswerKey = z
  .strictObject({ accepted: z.array(text(200)).min(1).max(50), ...keyFields })
  .meta({ id: 'ShortAnswerKey' });
const NumericKey = z
  .strictObject({ answer: z.number(), tolerance: z.number().min(0), ...keyFields })
  .meta({ id: 'NumericKey' });
const keysWithoutOptions = [TrueFalseKey, ShortAnswerKey, NumericKey] as const;

/** An option by its id, or by its index in the options of the same request. */
const optionReference = z.union([optionIndex, questionId]);
const NewSingleChoiceKey = z.strictObject({ answer: optionReference, ...keyFields }).meta({ id: 'NewSingleChoiceKey' });
const NewMultipleChoiceKey = z
  .strictObject({ answer: z.array(optionReference).min(1).max(maxOptions), ...keyFields })
  .meta({ id: 'NewMultipleChoiceKey' });

const answerText = anyText(1_000);

const schemasByKind = {
  single: { key: SingleChoiceKey, answer: optionReference },
  multiple: { key: MultipleChoiceKey, answer: z.array(optionReference).max(maxOptions) },
  true_false: { key: TrueFalseKey, answer: z.boolean() },
  short_answer: { key: ShortAnswerKey, answer: answerText },
  numeric: { key: NumericKey, answer: z.union([z.number(), answerText]) },
};

export type KeyOf<K extends QuestionKind> = z.infer<(typeof schemasByKind)[K]['key']>;

/** The schemas of the key and of a student's answer, by kind. The mapped type gives generic code the key type of its kind. */
export const questionKinds: { [K in QuestionKind]: { key: z.ZodType<KeyOf<K>>; answer: z.ZodType } } = schemasByKind;

const prompt = text(20_000).optional();
const hasContent = ({ prompt, questions }: { prompt?: string | undefined; questions?: object[] | undefined }) =>
  Boolean(prompt || questions?.length);
const contentRule = rule('prompt_or_questions', 'Must have a prompt or at least one question');
const contentParts = {
  anyOf: [requires('prompt'), { required: ['questions'], properties: { questions: { minItems: 1 } } }],
};

/** The part of an exercise that a student may see: the questions of a quiz, the prompt of work to hand in, or both. */
export const ExerciseContent = z
  .strictObject({ prompt, questions: z.array(Question).max(maxQuestions).optional() })
  .refine(hasContent, contentRule)
  .meta({ id: 'ExerciseContent', ...contentParts });
export type ExerciseContent = z.infer<typeof ExerciseContent>;

export const NewExerciseContent = z
  .strictObject({ prompt, questions: z.array(NewQuestion).max(maxQuestions).optional() })
  .refine(hasContent, contentRule)
  .meta({ id: 'NewExerciseContent', ...contentParts });
export type NewExerciseContent = z.infer<typeof NewExerciseContent>;

/** The right answers by question id. They are never sent to a student before grading (rule 7). */
export const AnswerKey = z
  .record(questionId, z.union([SingleChoiceKey, MultipleChoiceKey, ...keysWithoutOptions]))
  .meta({ id: 'AnswerKey' });
export type AnswerKey = z.infer<typeof AnswerKey>;

export const NewQuestionKeys = z
  .record(questionId, z.union([NewSingleChoiceKey, NewMultipleChoiceKey, ...keysWithoutOptions]))
  .meta({ id: 'NewQuestionKeys' });
export type NewQuestionKeys = z.infer<typeof NewQuestionKeys>;

const optionReferences = z.array(optionReference).max(maxOptions);
/** One answer: the id of an option, a list of ids, a boolean, a text or a number. */
const quizAnswer = z.union([z.number(), optionReferences, z.boolean(), answerText]);

/**
 * A student's answers by question id. A question that is left out counts as unanswered. An option is named by its id. Its index in
 * the present order is accepted too, and stored as the id.
 */
export const QuizAnswers = z
  .record(questionId, quizAnswer)
  .refine(
    (answers) => Object.keys(answers).length <= maxQuestions,
    rule('max_members', `Must have at most ${maxQuestions} answers`),
  )
  .meta({ id: 'QuizAnswers', maxProperties: maxQuestions });
export type QuizAnswers = z.infer<typeof QuizAnswers>;

/** Changes of saved answers. `null` clears the saved answer of a question. */
export const QuizAnswerChanges = z
  .record(questionId, quizAnswer.nullable())
  .refine(
    (answers) => Object.keys(answers).length <= maxQuestions,
    rule('max_members', `Must have at most ${maxQuestions} answers`),
  )
  .meta({ id: 'QuizAnswerChanges', maxProperties: maxQuestions });
export type QuizAnswerChanges = z.infer<typeof QuizAnswerChanges>;

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
    ...questions.flatMap((question, index) => checkOptions(question, `/body/content/questions/${index}`)),
    ...questions.flatMap((question) => checkKey(question, answerKey)),
    ...unknownIds.map((id) => ({
      pointer: `/body/answerKey/${id}`,
      message: 'No question has this id',
      rule: 'answer_key',
    })),
  ];
}

function checkOptions(question: Question, pointer: string): FieldError[] {
  if (!('options' in question)) return [];
  const texts = question.options.map((option) => option.text);
  const ids = question.options.map((option) => option.id);
  return [...new Set([...findDuplicates(texts), ...findDuplicates(ids)])].map((index) => ({
    pointer: `${pointer}/options/${index}`,
    message: 'Must not be given twice',
    rule: 'unique_options',
  }));
}

function checkKey(question: Question, answerKey: AnswerKey): FieldError[] {
  const pointer = `/body/answerKey/${question.id}`;
  if (!Object.hasOwn(answerKey, question.id))
    return [{ pointer, message: 'Must be given, because the quiz has a question with this id', rule: 'answer_key' }];
  const key = answerKey[question.id]!;
  const { error } = questionKinds[question.kind].key.safeParse(key);
  if (error)
    return error.issues.map(({ path, message }) => ({
      pointer: [pointer, ...path].join('/'),
      message,
      rule: 'answer_key',
    }));
  if (!('options' in question && 'answer' in key)) return [];
  const keyIds = [key.answer].flat();
  const errors: FieldError[] = [];
  if (keyIds.some((id) => !question.options.some((option) => option.id === id)))
    errors.push({
      pointer: `${pointer}/answer`,
      message: 'Must be the id or the index of an option',
      rule: 'answer_key',
    });
  if (findDuplicates(keyIds).length > 0)
    errors.push({ pointer: `${pointer}/answer`, message: 'Must not name an option twice', rule: 'answer_key' });
  return errors;
}

/** Returns the indexes of the values that also occur earlier in the list. */
function findDuplicates(values: readonly unknown[]): number[] {
  return [...values.keys()].filter((index) => values.indexOf(values[index]) < index);
}
