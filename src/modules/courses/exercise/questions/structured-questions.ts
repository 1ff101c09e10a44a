import { z } from 'zod';
import {
  anyText,
  baseFields,
  byId,
  keyFields,
  maxOptions,
  newOptions,
  optionReference,
  options,
  partial,
  questionId,
  QuestionOption,
  text,
} from './question-fields';

export const FillBlanksQuestion = z
  .strictObject({
    ...baseFields,
    text: baseFields.text.meta({ description: 'Has the place of each blank as its id in double braces: `{{b1}}`' }),
    kind: z.literal('fill_blanks'),
    blanks: z.array(questionId).min(1).max(maxOptions).meta({ description: 'The ids of the blanks' }),
    partial,
  })
  .meta({ id: 'FillBlanksQuestion' });
export const FillBlanksKey = z
  .strictObject({
    blanks: byId(z.array(text(200)).min(1).max(20)).meta({ description: 'The accepted texts by the id of the blank' }),
    ...keyFields,
  })
  .meta({ id: 'FillBlanksKey' });
/** The texts of a student by the id of the blank. */
export const blanksAnswer = byId(anyText(1_000));

const prompts = z
  .array(QuestionOption)
  .min(2)
  .max(maxOptions)
  .meta({ description: 'A choice is assigned to each of them' });
const matchingFields = { ...baseFields, kind: z.literal('matching'), prompts, partial };
const orderDescription = 'Stored in an order that says nothing about the key';
export const MatchingQuestion = z
  .strictObject({ ...matchingFields, choices: options.meta({ description: orderDescription }) })
  .meta({ id: 'MatchingQuestion' });
export const NewMatchingQuestion = z
  .strictObject({ ...matchingFields, choices: newOptions })
  .meta({ id: 'NewMatchingQuestion' });
const matchesDescription = 'The right choice by the id of the prompt. A choice can be right for several prompts';
export const MatchingKey = z
  .strictObject({ matches: byId(questionId).meta({ description: matchesDescription }), ...keyFields })
  .meta({ id: 'MatchingKey' });
export const NewMatchingKey = z
  .strictObject({ matches: byId(optionReference).meta({ description: matchesDescription }), ...keyFields })
  .meta({ id: 'NewMatchingKey' });
/** The id of the chosen choice by the id of the prompt. */
export const matchingAnswer = byId(questionId);

const orderingFields = { ...baseFields, kind: z.literal('ordering'), partial };
export const OrderingQuestion = z
  .strictObject({ ...orderingFields, items: options.meta({ description: orderDescription }) })
  .meta({ id: 'OrderingQuestion' });
export const NewOrderingQuestion = z
  .strictObject({ ...orderingFields, items: newOptions })
  .meta({ id: 'NewOrderingQuestion' });
const rightOrder = 'All items in the right order';
export const OrderingKey = z
  .strictObject({ order: z.array(questionId).min(2).max(maxOptions).meta({ description: rightOrder }), ...keyFields })
  .meta({ id: 'OrderingKey' });
export const NewOrderingKey = z
  .strictObject({
    order: z.array(optionReference).min(2).max(maxOptions).meta({ description: rightOrder }),
    ...keyFields,
  })
  .meta({ id: 'NewOrderingKey' });
/** The ids of the items in the order of the student. */
export const orderingAnswer = z.array(questionId).max(maxOptions);

/** A person grades an essay, so it needs no key. A key can only explain what a good essay has. */
export const EssayQuestion = z.strictObject({ ...baseFields, kind: z.literal('essay') }).meta({ id: 'EssayQuestion' });
export const EssayKey = z.strictObject({ explanation: keyFields.explanation.unwrap() }).meta({ id: 'EssayKey' });
export const essayAnswer = anyText(10_000);
