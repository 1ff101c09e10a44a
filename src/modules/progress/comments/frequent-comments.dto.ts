import { z } from 'zod';
import { pageOf } from '../../../platform/http/pagination';
import type { FrequentCommentRow } from './frequent-comment.entity';

const text = z.string().trim().min(1).max(2_000);
const example = { text: 'Half-close your eyes to see the values.' };

export const NewFrequentComment = z.strictObject({ text }).meta({ id: 'NewFrequentComment', examples: [example] });
export type NewFrequentComment = z.output<typeof NewFrequentComment>;
export const FrequentCommentChanges = z
  .strictObject({ text: text.optional() })
  .meta({ id: 'FrequentCommentChanges', examples: [example] });
export type FrequentCommentChanges = z.output<typeof FrequentCommentChanges>;

const dateTime = z.iso.datetime();
export const FrequentComment = z
  .strictObject({
    id: z.int(),
    text: z.string(),
    usedCount: z.int().meta({ description: 'In how many grades it was used' }),
    lastUsedAt: dateTime.nullable(),
    createdAt: dateTime,
  })
  .meta({
    id: 'FrequentComment',
    examples: [
      {
        id: 4,
        ...example,
        usedCount: 17,
        lastUsedAt: '2026-03-05T10:11:12.000Z',
        createdAt: '2026-02-20T15:12:44.000Z',
      },
    ],
  });
export type FrequentComment = z.output<typeof FrequentComment>;
export const FrequentCommentPage = pageOf(FrequentComment, 'FrequentCommentPage');

export const showFrequentComment = (row: Omit<FrequentCommentRow, 'ownerId'>): FrequentComment => ({
  id: row.id,
  text: row.text,
  usedCount: row.usedCount,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
});
