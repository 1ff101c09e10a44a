import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import type { BlockRow } from './blocks';

export const BlockResponse = z
  .strictObject({ user: z.strictObject({ id: z.int(), username: z.string() }), blockedAt: z.iso.datetime() })
  .meta({ id: 'Block', examples: [{ user: { id: 12, username: 'noor' }, blockedAt: '2026-03-01T09:30:00.000Z' }] });
export type BlockResponse = z.output<typeof BlockResponse>;

export const BlockPage = pageOf(BlockResponse, 'BlockPage');
export const BlockQuery = pageQuery();
export type BlockQuery = z.output<typeof BlockQuery>;

export const showBlock = ({ userId, username, createdAt }: BlockRow): BlockResponse => ({
  user: { id: userId, username },
  blockedAt: createdAt.toISOString(),
});
