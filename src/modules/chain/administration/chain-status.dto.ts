import { getAddress } from 'ethers';
import { z } from 'zod';
import { addressResponse } from '../settings/addresses';
import { withdrawalStates } from '../withdrawals/withdrawal.entity';
import type { ChainFacts, HotWalletRow, Tally } from './chain-status.query';
import { reason } from './chain-withdrawals.dto';

const nonce = z.int().min(0);
const block = z.strictObject({ number: z.int().min(0), hash: z.string() });
const coins = z.int().min(0).meta({ description: 'Whole TeoCoins' });
const age = z.number().min(0).nullable().meta({ description: 'Seconds since the oldest was requested; null: none' });

const hotWallet = {
  address: addressResponse,
  firstNonce: nonce.meta({ description: 'The first that could be ours' }),
  nextNonce: nonce.meta({ description: 'The next that a withdrawal gets' }),
  headNonce: nonce.meta({ description: 'How many the chain has consumed' }),
  finalNonce: nonce.meta({ description: 'How many of them are final' }),
  haltedAt: z.iso.datetime().nullable(),
  haltReason: z.string().nullable(),
};
const walletExample = {
  ...{ address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266', firstNonce: 3, nextNonce: 42, headNonce: 41 },
  ...{ finalNonce: 38, haltedAt: null, haltReason: null },
};
export const HotWalletView = z.strictObject(hotWallet).meta({ id: 'HotWallet', examples: [walletExample] });
export type HotWalletView = z.output<typeof HotWalletView>;

export const Halt = z.strictObject({ reason }).meta({ id: 'Halt', examples: [{ reason: 'The key may have leaked' }] });
export type Halt = z.output<typeof Halt>;

export const Resumption = z
  .strictObject({
    reason,
    nextNonce: nonce
      .optional()
      .meta({ description: 'Where the chain is ahead: its headNonce, said by who knows what used the nonces before' }),
  })
  .meta({ id: 'Resumption', examples: [{ reason: 'Nonces 42 to 44 paid the auditors by hand', nextNonce: 45 }] });
export type Resumption = z.output<typeof Resumption>;

export const ChainStatus = z
  .strictObject({
    cursor: z
      .strictObject({
        ...{ openingNumber: z.int().min(0), head: block, final: block },
        ...{ observedAt: z.iso.datetime(), lagSeconds: z.number().min(0) },
        faults: z.int().min(0).meta({ description: 'Looks in a row that could not be settled' }),
        lastFault: z.string().nullable(),
        underfunded: z
          .boolean()
          .meta({ description: 'The treasury holds less than it owes: it pays as far as it reaches' }),
      })
      .nullable()
      .meta({ description: 'How far the chain is followed; null before the first look' }),
    hotWallets: z.array(z.strictObject(hotWallet)),
    withdrawals: z.array(z.strictObject({ state: z.enum(withdrawalStates), count: z.int().min(0), amount: coins })),
    oldestReservedSeconds: age,
    oldestBroadcastSeconds: age,
    withheld: z.int().min(0).meta({ description: 'Withdrawals that wait for a decision: the account is closed' }),
    unexplained: z
      .int()
      .min(0)
      .meta({ description: 'Payments that nobody ordered, neither settled nor booked as lost' }),
    unattributed: z
      .strictObject({ count: z.int().min(0), amount: coins })
      .meta({ description: 'Final deposits that nobody was credited' }),
    leader: z
      .strictObject({ holder: z.string(), expiresAt: z.iso.datetime() })
      .nullable()
      .meta({ description: 'The process that looks at the chain at this moment; null between two looks' }),
  })
  .meta({
    id: 'ChainStatus',
    examples: [
      {
        cursor: {
          ...{ openingNumber: 100, head: { number: 4_211, hash: `0x${'ab'.repeat(32)}` } },
          ...{ final: { number: 4_147, hash: `0x${'cd'.repeat(32)}` }, observedAt: '2026-03-02T10:00:00.000Z' },
          ...{ lagSeconds: 3.2, faults: 0, lastFault: null, underfunded: false },
        },
        hotWallets: [walletExample],
        withdrawals: [{ state: 'broadcast', count: 2, amount: 750 }],
        ...{
          withheld: 0,
          unexplained: 0,
          oldestReservedSeconds: null,
          oldestBroadcastSeconds: 41,
          unattributed: { count: 1, amount: 20 },
        },
        leader: { holder: 'school-1:4711:0f3a', expiresAt: '2026-03-02T10:00:15.000Z' },
      },
    ],
  });
export type ChainStatus = z.output<typeof ChainStatus>;

export interface ChainStatusParts {
  facts: ChainFacts;
  tallies: readonly Tally[];
  hotWallets: readonly HotWalletRow[];
  leader: { holder: string; expiresAt: Date } | null;
}

export function showStatus({ facts, tallies, hotWallets, leader }: ChainStatusParts, now: Date): ChainStatus {
  const oldest = (state: string): number | null => {
    const at = tallies.find((tally) => tally.state === state)?.oldestAt;
    return at ? secondsSince(at, now) : null;
  };
  return {
    cursor: showCursor(facts, now),
    hotWallets: hotWallets.map(showHotWallet),
    withdrawals: tallies.map(({ state, count, amount }) => ({ state, count, amount })),
    ...{ oldestReservedSeconds: oldest('reserved'), oldestBroadcastSeconds: oldest('broadcast') },
    ...{ withheld: facts.withheld, unexplained: facts.unexplained },
    unattributed: { count: facts.unattributed, amount: facts.unattributedAmount },
    leader: leader && { holder: leader.holder, expiresAt: leader.expiresAt.toISOString() },
  };
}

function showCursor(facts: ChainFacts, now: Date): ChainStatus['cursor'] {
  const { openingNumber, headNumber, headHash, finalNumber, finalHash, observedAt, faults, underfunded } = facts;
  if (observedAt === null) return null;
  return {
    openingNumber: openingNumber as number,
    head: { number: headNumber as number, hash: headHash as string },
    final: { number: finalNumber as number, hash: finalHash as string },
    ...{ observedAt: observedAt.toISOString(), lagSeconds: secondsSince(observedAt, now) },
    ...{ faults: faults as number, lastFault: facts.lastFault || null, underfunded: underfunded as boolean },
  };
}

export function showHotWallet({ address, haltedAt, haltReason, ...row }: HotWalletRow): HotWalletView {
  const { firstNonce, nextNonce, headNonce, finalNonce } = row;
  const halt = { haltedAt: haltedAt?.toISOString() ?? null, haltReason: haltReason || null };
  return { address: getAddress(address), firstNonce, nextNonce, headNonce, finalNonce, ...halt };
}

/** Clocks of two processes differ a little. */
export const secondsSince = (then: Date, now: Date): number => Math.max(0, (now.getTime() - then.getTime()) / 1_000);
