import { z } from 'zod';
import { rule } from '../../../../platform/http/rules';

/** The maximum number of options of a question, and so also of indexes in an answer. */
export const maxOptions = 20;

// The jsonb type of PostgreSQL cannot store NUL characters and ill-formed Unicode. Request bodies are checked elsewhere, but
// loaded files only here.
const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();
export const anyText = (maxLength: number) =>
  z.string().max(maxLength).refine(isStorable, rule('storable_text', 'Must be well-formed Unicode without U+0000'));
export const text = (maxLength: number) => anyText(maxLength).regex(/\S/, 'Must not be blank');

// The id is a member name in the answer key and in the answers. The server refuses JSON bodies with these three names.
export const questionId = z
  .string()
  .regex(/^(?!(__proto__|constructor|prototype)$)[A-Za-z0-9_-]{1,40}$/, 'Must be 1 to 40 of A-Z a-z 0-9 _ -');
const optionIndex = z
  .int()
  .min(0)
  .max(maxOptions - 1);

/** An option by its id, or by its index in the options of the same request. */
export const optionReference = z.union([optionIndex, questionId]);

export const baseFields = { id: questionId, text: text(5_000), points: z.int().min(1).max(1_000) };

export const partial = z
  .boolean()
  .optional()
  .meta({ description: 'Whether an answer that is partly right earns a part of the points' });

export const keyFields = {
  explanation: text(5_000)
    .optional()
    .meta({ description: 'Why this answer is right. Students see it together with the right answer' }),
};

/** The id is stable: it stays when options are added, reordered or worded otherwise. It is unique in its question. */
export const QuestionOption = z
  .strictObject({ id: questionId, text: text(500) })
  .meta({ id: 'QuestionOption', examples: [{ id: 'o1', text: 'Ultramarine' }] });
export type QuestionOption = z.infer<typeof QuestionOption>;
export const options = z.array(QuestionOption).min(2).max(maxOptions);

/** An option in a request: its text, or its text with an id. The server gives an id to an option without one. */
export const newOptions = z
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

/** An object with values by id, of which it has at most as many as a question has options. */
export const byId = <Value extends z.ZodType>(value: Value) =>
  z
    .record(questionId, value)
    .refine(
      (values) => Object.keys(values).length <= maxOptions,
      rule('max_members', `Must have at most ${maxOptions} members`),
    )
    .meta({ maxProperties: maxOptions });
