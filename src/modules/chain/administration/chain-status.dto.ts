import { z } from 'zod';
import { addressResponse } from '../settings/addresses';
import { ethers } from '../settings/ethers';
import { withdrawalStates } from '../withdrawals/withdrawal.entity';
import type { ChainFacts, HotWalletRow, WithdrawalTally } from './chain-status.query';
import { reason } from './chain-withdrawals.dto';
import { namedEnum } from '../../../platform/http/named-enum';

const count = z.int().min(0);
const block = z.strictObject({ number: count, hash: z.string() });
const coins = z.int().min(0).meta({ description: 'Whole TeoCoins' });
const ageSeconds = z
  .number()
  .min(0)
  .nullable()
  .meta({ description: 'Seconds since the request of the oldest withdrawal with this status; null: there is none' });

const hotWallet = z.strictObject({
  address: addressResponse,
  firstNonce: count.meta({ description: 'The first nonce that a withdrawal of this school can have' }),
  nextNonce: count.meta({ description: 'The nonce that the next withdrawal gets' }),
  headNonce: count.meta({ description: 'The number of nonces used on the chain' }),
  finalNonce: count.meta({ description: 'The number of nonces used in final blocks' }),
  haltedAt: z.iso.datetime().nullable(),
  haltReason: z.string().nullable(),
});
const walletExample = {
  address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
  firstNonce: 3,
  nextNonce: 42,
  headNonce: 41,
  finalNonce: 38,
  haltedAt: null,
  haltReason: null,
};
export const HotWalletView = hotWallet.meta({ id: 'HotWallet', examples: [walletExample] });
export type HotWalletView = z.output<typeof HotWalletView>;

export const Halt = z.strictObject({ reason }).meta({ id: 'Halt', examples: [{ reason: 'The key may have leaked' }] });
export type Halt = z.output<typeof Halt>;

const nextNonceDescription =
  'Required if the chain has used more nonces than this school has assigned: send the headNonce after you have found out who used them';
export const Resumption = z
  .strictObject({ reason, nextNonce: count.optional().meta({ description: nextNonceDescription }) })
  .meta({ id: 'Resumption', examples: [{ reason: 'Nonces 42 to 44 paid the auditors by hand', nextNonce: 45 }] });
export type Resumption = z.output<typeof Resumption>;

const cursor = z.strictObject({
  openingNumber: count,
  head: block,
  final: block,
  observedAt: z.iso.datetime(),
  lagSeconds: z.number().min(0),
  faults: count.meta({ description: 'The number of failed polls in a row' }),
  lastFault: z.string().nullable(),
  isUnderfunded: z.boolean().meta({
    description: 'The treasury holds less than the school owes. Withdrawals are paid in order while its coins last',
  }),
});

export const ChainStatus = z
  .strictObject({
    cursor: cursor
      .nullable()
      .meta({ description: 'The position up to which the chain was read; null before the first poll' }),
    hotWallets: z.array(hotWallet),
    withdrawals: z.array(
      z.strictObject({ status: namedEnum('WithdrawalStatus', withdrawalStates), count, amount: coins }),
    ),
    oldestReservedSeconds: ageSeconds,
    oldestBroadcastSeconds: ageSeconds,
    withheld: count.meta({ description: 'Withdrawals that wait for a decision, because the account is closed' }),
    unexplained: count.meta({ description: 'Payments without a withdrawal that are not booked as lost' }),
    unattributed: z
      .strictObject({ count, amount: coins })
      .meta({ description: 'Final deposits that were credited to nobody' }),
    leader: z
      .strictObject({ holder: z.string(), expiresAt: z.iso.datetime() })
      .nullable()
      .meta({ description: 'The process that polls the chain now; null between two polls' }),
  })
  .meta({
    id: 'ChainStatus',
    examples: [
      {
        cursor: {
          openingNumber: 100,
          head: { number: 4_211, hash: `0x${'ab'.repeat(32)}` },
          final: { number: 4_147, hash: `0x${'cd'.repeat(32)}` },
          observedAt: '2026-03-02T10:00:00.000Z',
          lagSeconds: 3.2,
          faults: 0,
          lastFault: null,
          isUnderfunded: false,
        },
        hotWallets: [walletExample],
        withdrawals: [{ status: 'broadcast', count: 2, amount: 750 }],
        oldestReservedSeconds: null,
        oldestBroadcastSeconds: 41,
        withheld: 0,
        unexplained: 0,
        unattributed: { count: 1, amount: 20 },
        leader: { holder: 'school-1:4711:0f3a', expiresAt: '2026-03-02T10:00:15.000Z' },
      },
    ],
  });
export type ChainStatus = z.output<typeof ChainStatus>;

interface ChainStatusParts {
  facts: ChainFacts;
  tallies: readonly WithdrawalTally[];
  hotWallets: readonly HotWalletRow[];
  leader: { holder: string; expiresAt: Date } | null;
}

export function showStatus({ facts, tallies, hotWallets, leader }: ChainStatusParts, now: Date): ChainStatus {
  const ageOfOldest = (state: string): number | null => {
    const oldestAt = tallies.find((tally) => tally.state === state)?.oldestAt;
    return oldestAt ? secondsSince(oldestAt, now) : null;
  };
  return {
    cursor: showCursor(facts, now),
    hotWallets: hotWallets.map(showHotWallet),
    withdrawals: tallies.map(({ state, count: total, amount }) => ({ status: state, count: total, amount })),
    oldestReservedSeconds: ageOfOldest('reserved'),
    oldestBroadcastSeconds: ageOfOldest('broadcast'),
    withheld: facts.withheldCount,
    unexplained: facts.unexplainedCount,
    unattributed: { count: facts.unattributedCount, amount: facts.unattributedAmount },
    leader: leader && { holder: leader.holder, expiresAt: leader.expiresAt.toISOString() },
  };
}

function showCursor(facts: ChainFacts, now: Date): ChainStatus['cursor'] {
  if (facts.observedAt === null) return null;
  return {
    openingNumber: facts.openingNumber!,
    head: { number: facts.headNumber!, hash: facts.headHash! },
    final: { number: facts.finalNumber!, hash: facts.finalHash! },
    observedAt: facts.observedAt.toISOString(),
    lagSeconds: secondsSince(facts.observedAt, now),
    faults: facts.faults!,
    lastFault: facts.lastFault || null,
    isUnderfunded: facts.underfunded!,
  };
}

export function showHotWallet(row: HotWalletRow): HotWalletView {
  return {
    address: ethers().getAddress(row.address),
    firstNonce: row.firstNonce,
    nextNonce: row.nextNonce,
    headNonce: row.headNonce,
    finalNonce: row.finalNonce,
    haltedAt: row.haltedAt?.toISOString() ?? null,
    haltReason: row.haltReason || null,
  };
}

/** Never negative, because the clocks of two processes can differ a little. */
export const secondsSince = (earlier: Date, now: Date): number =>
  Math.max(0, (now.getTime() - earlier.getTime()) / 1_000);
