import { z } from 'zod';
import { pageOf, pageQuery } from '../../../platform/http/pagination';
import { unusualKinds } from './unusual-account.entity';
import type { UnusualRow } from './unusual-accounts.query';
import { namedEnum } from '../../../platform/http/named-enum';

export const UnusualAccountView = z
  .strictObject({
    kind: namedEnum('UnusualKind', unusualKinds).meta({
      description:
        '`fast_earner`: earned more in an hour than people can. `gathering_purse`: received coins from many young accounts',
    }),
    figure: z.int().meta({ description: 'The largest number found: coins in an hour, or young senders in a week' }),
    user: z.strictObject({ id: z.int(), username: z.string(), isActive: z.boolean(), balance: z.int() }),
    firstSeenAt: z.iso.datetime(),
    seenAt: z.iso.datetime(),
  })
  .meta({
    id: 'UnusualAccount',
    examples: [
      {
        kind: 'gathering_purse',
        figure: 17,
        user: { id: 88, username: 'zed', isActive: true, balance: 4_725 },
        firstSeenAt: '2026-03-01T09:30:00.000Z',
        seenAt: '2026-03-02T11:45:00.000Z',
      },
    ],
  });
export type UnusualAccountView = z.output<typeof UnusualAccountView>;

export const UnusualAccountPage = pageOf(UnusualAccountView, 'UnusualAccountPage');
export const UnusualAccountQuery = pageQuery();
export type UnusualAccountQuery = z.output<typeof UnusualAccountQuery>;

export function showUnusualAccount(row: UnusualRow): UnusualAccountView {
  const { kind, figure, userId: id, username, isActive, balance, firstSeenAt, seenAt } = row;
  return {
    kind,
    figure,
    user: { id, username, isActive, balance },
    firstSeenAt: firstSeenAt.toISOString(),
    seenAt: seenAt.toISOString(),
  };
}
