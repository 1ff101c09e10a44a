import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import type { LeaderboardRow } from './leaderboard.query';

export const LeaderboardEntry = z
  .strictObject({
    rank: z.int().min(1).meta({ description: 'Position in the list at the time of the request, starting at 1' }),
    user: z.strictObject({ id: z.int(), username: z.string() }),
    totalEarned: z.int().positive(),
  })
  .meta({ id: 'LeaderboardEntry', examples: [{ rank: 1, user: { id: 12, username: 'noor' }, totalEarned: 320 }] });
export type LeaderboardEntry = z.output<typeof LeaderboardEntry>;

export const LeaderboardPage = pageOf(LeaderboardEntry, 'LeaderboardPage');
/** Without `withTotal`, because a leaderboard is read from the top and its length is not needed. */
export const LeaderboardQuery = pageQuery().omit({ withTotal: true });
export type LeaderboardQuery = z.output<typeof LeaderboardQuery>;

export const OwnRank = z
  .strictObject({
    rank: z.int().min(1).nullable().meta({
      description: 'Your place in the leaderboard; null if you have earned nothing or hide from the leaderboard',
    }),
    totalEarned: z.int().min(0),
  })
  .meta({ id: 'OwnRank', examples: [{ rank: 14, totalEarned: 110 }] });
export type OwnRank = z.output<typeof OwnRank>;

export function showLeaderboardEntry(
  { userId: id, username, totalEarned }: LeaderboardRow,
  rank: number,
): LeaderboardEntry {
  return { rank, user: { id, username }, totalEarned };
}
