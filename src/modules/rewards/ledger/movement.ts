import { signOf, type RewardType, type TransactionType } from './transaction-types';

/** A movement of one person's coins: `amount` in whole TeoCoins, positive; the sign follows from the type. */
export interface Movement {
  userId: number;
  type: TransactionType;
  amount: number;
  description: string;
  recipientId?: number;
  relatedObject?: { type: string; id: number };
  reversesId?: number;
  actorId?: number;
  idempotencyKey?: string;
  requestHash?: string;
  /** A "second season" in which a reward can be earned again; 0 unless somebody decided otherwise. */
  rewardEpoch?: number;
}

export interface RewardClaim extends Movement {
  type: RewardType;
  relatedObject: { type: string; id: number };
}

/** A row of the ledger as it was written. */
export interface Posted extends Movement {
  id: number;
  operationId: string;
  sequence: number;
  balanceAfter: number;
  createdAt: Date;
}

/** What an operation does to one person: the sum of its amounts and the number of its rows. */
export interface Change {
  userId: number;
  delta: number;
  rows: number;
}

/** A person's balance and last sequence after a change. */
export interface Balance {
  userId: number;
  balance: number;
  sequence: number;
}

export const signedAmountOf = (movement: Movement): number => signOf(movement.type) * movement.amount;

/** One change for each person, ascending by id. */
export function changesOf(movements: readonly Movement[]): Change[] {
  const changes = new Map<number, Change>();
  for (const movement of movements) {
    const { userId } = movement;
    const { delta, rows } = changes.get(userId) ?? { delta: 0, rows: 0 };
    changes.set(userId, { userId, delta: delta + signedAmountOf(movement), rows: rows + 1 });
  }
  return [...changes.values()].sort((one, other) => one.userId - other.userId);
}

/** A movement with its place in its person's history, before the database has given it an id. */
export type Numbered = Movement & Pick<Posted, 'sequence' | 'balanceAfter'>;

/** Numbers each person's movements in order, so that they end at the balance and sequence their row has now. */
export function numbered(movements: readonly Movement[], balances: ReadonlyMap<number, Balance>): Numbered[] {
  const next = new Map(changesOf(movements).map((change) => [change.userId, before(change, balances)]));
  return movements.map((movement) => {
    const { balance, sequence } = next.get(movement.userId) as Balance;
    const after = { userId: movement.userId, balance: balance + signedAmountOf(movement), sequence: sequence + 1 };
    next.set(movement.userId, after);
    return { ...movement, sequence: after.sequence, balanceAfter: after.balance };
  });
}

function before(change: Change, balances: ReadonlyMap<number, Balance>): Balance {
  const now = balances.get(change.userId) as Balance;
  return { userId: change.userId, balance: now.balance - change.delta, sequence: now.sequence - change.rows };
}

/** Rounds in which nobody appears twice: a reward's guard looks at one claim of a person at a time. */
export function rounds(claims: readonly RewardClaim[]): RewardClaim[][] {
  const all: RewardClaim[][] = [];
  const turns = new Map<number, number>();
  for (const claim of claims) {
    const turn = turns.get(claim.userId) ?? 0;
    turns.set(claim.userId, turn + 1);
    (all[turn] ??= []).push(claim);
  }
  return all.map((round) => round.sort((one, other) => one.userId - other.userId));
}
