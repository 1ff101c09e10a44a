import { z } from 'zod';
import type { FieldError } from '../../../platform/errors/domain-error';

/** The most options one question may have, and so the most indexes one answer may name. */
const maxOptions = 20;
const maxQuestions = 100;

// Request bodies were looked at already; a file that is loaded was not, and PostgreSQL's jsonb stores neither of these.
const storable = (text: string) => !text.includes('\0') && text.isWellFormed();
const anyText = (max: number) => z.string().max(max).refine(storable, 'Must be well-formed Unicode without U+0000');
const text = (max: number) => anyText(max).regex(/\S/, 'Must not be blank');

// An id becomes a member name of the key and of the answers, where these three are refused by every JSON body.
const questionId = z
  .string()
  .regex(/^(?!(__proto__|constructor|prototype)$)[A-Za-z0-9_-]{1,40}$/, 'Must be 1 to 40 of A-Z a-z 0-9 _ -');
const index = z
  .int()
  .min(0)
  .max(maxOptions - 1);
const choices = z.array(index).max(maxOptions);

const asked = { id: questionId, text: text(5_000), points: z.int().min(1).max(1_000) };
const options = z.array(text(500)).min(2).max(maxOptions);

/** One question, by `kind`. A new kind is a schema here and an entry in `questionKinds`; the compiler names the rest. */
export const Question = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...asked, kind: z.literal('single'), options }).meta({ id: 'SingleChoiceQuestion' }),
    z
      .strictObject({ ...asked, kind: z.literal('multiple'), options, partial: z.boolean().optional() })
      .meta({ id: 'MultipleChoiceQuestion' }),
    z.strictObject({ ...asked, kind: z.literal('true_false') }).meta({ id: 'TrueFalseQuestion' }),
    z.strictObject({ ...asked, kind: z.literal('short_answer') }).meta({ id: 'ShortAnswerQuestion' }),
    z.strictObject({ ...asked, kind: z.literal('numeric'), unit: text(20).optional() }).meta({ id: 'NumericQuestion' }),
  ])
  .meta({ id: 'Question' });

export type Question = z.infer<typeof Question>;
export type QuestionKind = Question['kind'];
export type QuestionOf<K extends QuestionKind> = Extract<Question, { kind: K }>;

const SingleChoiceKey = z.strictObject({ answer: index }).meta({ id: 'SingleChoiceKey' });
const MultipleChoiceKey = z.strictObject({ answer: choices.min(1) }).meta({ id: 'MultipleChoiceKey' });
const TrueFalseKey = z.strictObject({ answer: z.boolean() }).meta({ id: 'TrueFalseKey' });
const ShortAnswerKey = z.strictObject({ accepted: z.array(text(200)).min(1).max(50) }).meta({ id: 'ShortAnswerKey' });
const NumericKey = z.strictObject({ answer: z.number(), tolerance: z.number().min(0) }).meta({ id: 'NumericKey' });

const words = anyText(1_000);

const kinds = {
  single: { key: SingleChoiceKey, answer: index },
  multiple: { key: MultipleChoiceKey, answer: choices },
  true_false: { key: TrueFalseKey, answer: z.boolean() },
  short_answer: { key: ShortAnswerKey, answer: words },
  numeric: { key: NumericKey, answer: z.union([z.number(), words]) },
};

export type KeyOf<K extends QuestionKind> = z.infer<(typeof kinds)[K]['key']>;

/** What a key and a student's answer look like, kind by kind; typed so that a generic kind finds its own key. */
export const questionKinds: { [K in QuestionKind]: { key: z.ZodType<KeyOf<K>>; answer: z.ZodType } } = kinds;

/** What a student may see of an exercise: the questions of a quiz, the prompt of work to be handed in, or both. */
export const ExerciseContent = z
  .strictObject({ prompt: text(20_000).optional(), questions: z.array(Question).max(maxQuestions).optional() })
  .refine(({ prompt, questions }) => prompt || questions?.length, 'Must hold a prompt or a question')
  .meta({ id: 'ExerciseContent' });
export type ExerciseContent = z.infer<typeof ExerciseContent>;

/** The right answers, by question id. Never sent to a student before grading (rule 7). */
export const AnswerKey = z
  .record(questionId, z.union([SingleChoiceKey, MultipleChoiceKey, TrueFalseKey, ShortAnswerKey, NumericKey]))
  .meta({ id: 'AnswerKey' });
export type AnswerKey = z.infer<typeof AnswerKey>;

/** A student's answers, by question id. A question left out is unanswered. */
export const QuizAnswers = z
  .record(questionId, z.union([z.number(), choices, z.boolean(), words]))
  .refine((answers) => Object.keys(answers).length <= maxQuestions, `Must hold at most ${maxQuestions} answers`)
  .meta({ id: 'QuizAnswers', maxProperties: maxQuestions });
export type QuizAnswers = z.infer<typeof QuizAnswers>;

/** What spans questions and their keys, and so no schema sees. Pointers are into a body `{ content, answerKey }`. */
export function checkQuiz(content: ExerciseContent, answerKey: AnswerKey): FieldError[] {
  const questions = content.questions ?? [];
  const ids = questions.map((question) => question.id);
  const strangers = Object.keys(answerKey).filter((id) => !ids.includes(id));
  return [
    ...repeats(ids).map((at) => ({ pointer: `/body/content/questions/${at}/id`, message: 'Must not be used twice' })),
    ...questions.flatMap((question, at) => checkOptions(question, `/body/content/questions/${at}`)),
    ...questions.flatMap((question) => checkKey(question, answerKey)),
    ...strangers.map((id) => ({ pointer: `/body/answerKey/${id}`, message: 'No question has this id' })),
  ];
}

function checkOptions(question: Question, pointer: string): FieldError[] {
  if (!('options' in question)) return [];
  return repeats(question.options).map((at) => ({
    pointer: `${pointer}/options/${at}`,
    message: 'Must not be given twice',
  }));
}

function checkKey(question: Question, answerKey: AnswerKey): FieldError[] {
  const pointer = `/body/answerKey/${question.id}`;
  if (!Object.hasOwn(answerKey, question.id)) return [{ pointer, message: 'Must hold the key of this question' }];
  const key = answerKey[question.id]!;
  const { error } = questionKinds[question.kind].key.safeParse(key);
  if (error) return error.issues.map(({ path, message }) => ({ pointer: [pointer, ...path].join('/'), message }));
  if (!('options' in question && 'answer' in key)) return [];
  const indexes = [key.answer].flat();
  const beyond = indexes.some((named) => Number(named) >= question.options.length);
  return [
    ...(beyond ? [{ pointer: `${pointer}/answer`, message: 'Must be the index of an option' }] : []),
    ...(repeats(indexes).length > 0
      ? [{ pointer: `${pointer}/answer`, message: 'Must not name an option twice' }]
      : []),
  ];
}

/** Where a value stands that stood earlier in the list. */
function repeats(values: readonly unknown[]): number[] {
  return [...values.keys()].filter((at) => values.indexOf(values[at]) < at);
}
