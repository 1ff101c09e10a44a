import { z } from 'zod';
import { requires, rule } from '../../../platform/http/rules';
import {
  anyText,
  baseFields,
  keyFields,
  maxOptions,
  newOptions,
  optionReference,
  options,
  partial,
  questionId,
  text,
} from './questions/question-fields';
import {
  blanksAnswer,
  EssayKey,
  EssayQuestion,
  essayAnswer,
  FillBlanksKey,
  FillBlanksQuestion,
  MatchingKey,
  matchingAnswer,
  MatchingQuestion,
  NewMatchingKey,
  NewMatchingQuestion,
  NewOrderingKey,
  NewOrderingQuestion,
  OrderingKey,
  orderingAnswer,
  OrderingQuestion,
} from './questions/structured-questions';
import {
  clicks,
  colour,
  ColourMatchKey,
  ColourMatchQuestion,
  ImageHotspotKey,
  ImageHotspotQuestion,
} from './questions/visual-questions';

const maxQuestions = 100;

const isShuffled = z
  .boolean()
  .optional()
  .meta({ description: 'Whether each student sees the options in another order' });

const TrueFalseQuestion = z
  .strictObject({ ...baseFields, kind: z.literal('true_false') })
  .meta({ id: 'TrueFalseQuestion' });
const ShortAnswerQuestion = z
  .strictObject({ ...baseFields, kind: z.literal('short_answer') })
  .meta({ id: 'ShortAnswerQuestion' });
const NumericQuestion = z
  .strictObject({ ...baseFields, kind: z.literal('numeric'), unit: text(20).optional() })
  .meta({ id: 'NumericQuestion' });

/** The kinds whose questions have the same form in a request. */
const questionsWithoutNewOptions = [
  TrueFalseQuestion,
  ShortAnswerQuestion,
  NumericQuestion,
  FillBlanksQuestion,
  ColourMatchQuestion,
  ImageHotspotQuestion,
  EssayQuestion,
] as const;

/** A new kind needs a schema here and an entry in `schemasByKind`. The compiler then reports all other places to change. */
export const Question = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ ...baseFields, kind: z.literal('single'), options, isShuffled })
      .meta({ id: 'SingleChoiceQuestion' }),
    z
      .strictObject({ ...baseFields, kind: z.literal('multiple'), options, isShuffled, partial })
      .meta({ id: 'MultipleChoiceQuestion' }),
    MatchingQuestion,
    OrderingQuestion,
    ...questionsWithoutNewOptions,
  ])
  .meta({ id: 'Question' });

const NewQuestion = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ ...baseFields, kind: z.literal('single'), options: newOptions, isShuffled })
      .meta({ id: 'NewSingleChoiceQuestion' }),
    z
      .strictObject({ ...baseFields, kind: z.literal('multiple'), options: newOptions, isShuffled, partial })
      .meta({ id: 'NewMultipleChoiceQuestion' }),
    NewMatchingQuestion,
    NewOrderingQuestion,
    ...questionsWithoutNewOptions,
  ])
  .meta({ id: 'NewQuestion' });
export type NewQuestion = z.infer<typeof NewQuestion>;

export type Question = z.infer<typeof Question>;
export type QuestionKind = Question['kind'];
export type QuestionOf<K extends QuestionKind> = Extract<Question, { kind: K }>;

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

/** The keys that have the same form in a request. */
const keysWithoutReferences = [
  TrueFalseKey,
  ShortAnswerKey,
  NumericKey,
  FillBlanksKey,
  ColourMatchKey,
  ImageHotspotKey,
  EssayKey,
] as const;

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
  fill_blanks: { key: FillBlanksKey, answer: blanksAnswer },
  matching: { key: MatchingKey, answer: matchingAnswer },
  ordering: { key: OrderingKey, answer: orderingAnswer },
  colour_match: { key: ColourMatchKey, answer: colour },
  image_hotspot: { key: ImageHotspotKey, answer: clicks },
  essay: { key: EssayKey.optional(), answer: essayAnswer },
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
  .record(questionId, z.union([SingleChoiceKey, MultipleChoiceKey, MatchingKey, OrderingKey, ...keysWithoutReferences]))
  .meta({ id: 'AnswerKey' });
export type AnswerKey = z.infer<typeof AnswerKey>;

export const NewQuestionKeys = z
  .record(
    questionId,
    z.union([NewSingleChoiceKey, NewMultipleChoiceKey, NewMatchingKey, NewOrderingKey, ...keysWithoutReferences]),
  )
  .meta({ id: 'NewQuestionKeys' });
export type NewQuestionKeys = z.infer<typeof NewQuestionKeys>;

const optionReferences = z.array(optionReference).max(maxOptions);
/** One answer: a number, the id of an option or a list of ids, a boolean, a text, values by id, or a list of clicks. */
const quizAnswer = z.union([z.number(), optionReferences, z.boolean(), essayAnswer, blanksAnswer, clicks]);

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
