import { z } from 'zod';
import { rule } from '../../../platform/http/rules';
import { fullNameOf } from '../learner/student.dto';
import type { PinRow, ReplyRow } from './pin-rows';

const text = z.string().trim().min(1).max(2_000);
const part = z.number().min(0).max(1);
const size = z.number().gt(0).max(1);

export const NewPin = z
  .strictObject({
    artworkId: z.int().positive().meta({ description: 'A picture of this submission' }),
    x: part.meta({ description: 'From the left side (0) to the right side (1) of the picture' }),
    y: part.meta({ description: 'From the upper side (0) to the lower side (1)' }),
    width: size.optional().meta({ description: 'With `height`, for a region whose upper left corner is (x, y)' }),
    height: size.optional(),
    criterionId: z
      .string()
      .min(1)
      .max(40)
      .optional()
      .meta({ description: 'A criterion of the rubric of the exercise' }),
    text,
  })
  .refine(
    ({ width, height }) => (width === undefined) === (height === undefined),
    rule('whole_region', 'A region has a width and a height'),
  )
  .refine(
    ({ x, y, width = 0, height = 0 }) => x + width <= 1 && y + height <= 1,
    rule('inside_picture', 'The region must be inside the picture'),
  )
  .meta({ id: 'NewPin', examples: [{ artworkId: 5, x: 0.42, y: 0.31, text: 'This edge could be softer.' }] });
export type NewPin = z.output<typeof NewPin>;

export const NewPinReply = z.strictObject({ text }).meta({ id: 'NewPinReply', examples: [{ text: 'Like this?' }] });
export type NewPinReply = z.output<typeof NewPinReply>;

const dateTime = z.iso.datetime();
const author = z
  .strictObject({ id: z.int(), username: z.string(), name: z.string() })
  .nullable()
  .meta({ description: 'null: the account was deleted' });

const replyExample = {
  id: 8,
  author: { id: 12, username: 'noor', name: 'Noor' },
  text: 'Like this?',
  createdAt: '2026-03-05T11:00:00.000Z',
};
const PinReply = z
  .strictObject({ id: z.int(), author, text: z.string(), createdAt: dateTime })
  .meta({ id: 'PinReply', examples: [replyExample] });

const pinExample = {
  id: 3,
  artworkId: 5,
  author: { id: 4, username: 'ada', name: 'Ada' },
  x: 0.42,
  y: 0.31,
  width: null,
  height: null,
  criterionId: null,
  text: 'This edge could be softer.',
  createdAt: '2026-03-05T10:11:12.000Z',
  resolvedAt: null,
  resolvedById: null,
  replies: [replyExample],
};
export const Pin = z
  .strictObject({
    id: z.int(),
    artworkId: z.int(),
    author,
    x: z.number(),
    y: z.number(),
    width: z.number().nullable().meta({ description: 'null: a point' }),
    height: z.number().nullable(),
    criterionId: z.string().nullable(),
    text: z.string(),
    createdAt: dateTime,
    resolvedAt: dateTime.nullable().meta({ description: 'null: it is open' }),
    resolvedById: z.int().nullable(),
    replies: z.array(PinReply).meta({ description: 'The oldest first' }),
  })
  .meta({ id: 'Pin', examples: [pinExample] });
export type Pin = z.output<typeof Pin>;

export const Pins = z.strictObject({ data: z.array(Pin) }).meta({ id: 'Pins', examples: [{ data: [pinExample] }] });
export type Pins = z.output<typeof Pins>;

interface Author {
  authorId: number | null;
  username: string | null;
  firstName: string | null;
  lastName: string | null;
}

function showAuthor({ authorId, username, firstName, lastName }: Author): Pin['author'] {
  if (authorId === null || username === null) return null;
  return { id: authorId, username, name: fullNameOf({ firstName: firstName ?? '', lastName: lastName ?? '' }) };
}

export const showPin = (row: PinRow, replies: readonly ReplyRow[]): Pin => ({
  id: row.id,
  artworkId: row.artworkId,
  author: showAuthor(row),
  x: row.x,
  y: row.y,
  width: row.width,
  height: row.height,
  criterionId: row.criterionId,
  text: row.text,
  createdAt: row.createdAt.toISOString(),
  resolvedAt: row.resolvedAt?.toISOString() ?? null,
  resolvedById: row.resolvedById,
  replies: replies.map((reply) => ({
    id: reply.id,
    author: showAuthor(reply),
    text: reply.text,
    createdAt: reply.createdAt.toISOString(),
  })),
});
