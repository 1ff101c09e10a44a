import { signOf, type RewardType, type TransactionType } from './transaction-types';

/**
 * Adds coins to one person's balance or takes them. The amount is in whole TeoCoins and positive, because the type decides the
 * sign.
 */
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
  /** The same reward can be earned once in each epoch. Epoch 0 is the default. */
  rewardEpoch?: number;
  /** True if the person earned the coins by their own request. The event repeats it; the ledger does not store it. */
  isOwnAct?: boolean;
}

export interface RewardClaim extends Movement {
  type: RewardType;
  relatedObject: { type: string; id: number };
}

/** A movement as it was written to the ledger. */
export interface PostedMovement extends Movement {
  id: number;
  operationId: string;
  sequence: number;
  balanceAfter: number;
  createdAt: Date;
}

/** The change of one person's balance by an operation: the sum of the signed amounts and the number of ledger rows. */
export interface BalanceChange {
  userId: number;
  coinChange: number;
  rowCount: number;
}

/** A person's balance and last sequence after a change. */
export interface Balance {
  userId: number;
  balance: number;
  sequence: number;
}

export const signedAmountOf = (movement: Movement): number => signOf(movement.type) * movement.amount;

/** Returns one change for each person, in ascending order of user ids. */
export function balanceChangesOf(movements: readonly Movement[]): BalanceChange[] {
  const changes = new Map<number, BalanceChange>();
  for (const movement of movements) {
    const { userId } = movement;
    const change = changes.get(userId) ?? { userId, coinChange: 0, rowCount: 0 };
    change.coinChange += signedAmountOf(movement);
    change.rowCount += 1;
    changes.set(userId, change);
  }
  return [...changes.values()].sort((first, second) => first.userId - second.userId);
}

/** A movement with its sequence number and balance, before the database has given it an id. */
export type NumberedMovement = Movement & Pick<PostedMovement, 'sequence' | 'balanceAfter'>;

/**
 * Adds to each movement its sequence number and the balance after it, in the order of the movements. `balances` already contain the
 * whole operation, so the counting starts at the balance and sequence before the operation.
 */
export function numberMovements(
  movements: readonly Movement[],
  balances: ReadonlyMap<number, Balance>,
): NumberedMovement[] {
  const currentBalances = new Map<number, Balance>();
  for (const change of balanceChangesOf(movements)) currentBalances.set(change.userId, balanceBefore(change, balances));
  return movements.map((movement) => {
    const { balance, sequence } = currentBalances.get(movement.userId) as Balance;
    const after = { userId: movement.userId, balance: balance + signedAmountOf(movement), sequence: sequence + 1 };
    currentBalances.set(movement.userId, after);
    return { ...movement, sequence: after.sequence, balanceAfter: after.balance };
  });
}

function balanceBefore(change: BalanceChange, balances: ReadonlyMap<number, Balance>): Balance {
  const after = balances.get(change.userId) as Balance;
  return {
    userId: change.userId,
    balance: after.balance - change.coinChange,
    sequence: after.sequence - change.rowCount,
  };
}

/**
 * Splits claims into batches in which each person appears at most once, because the statement that pays checks only one claim
 * of a person.
 */
export function batchesOfDifferentPeople(claims: readonly RewardClaim[]): RewardClaim[][] {
  const batches: RewardClaim[][] = [];
  const claimCounts = new Map<number, number>();
  for (const claim of claims) {
    const batchIndex = claimCounts.get(claim.userId) ?? 0;
    claimCounts.set(claim.userId, batchIndex + 1);
    batches[batchIndex] ??= [];
    batches[batchIndex].push(claim);
  }
  return batches.map((batch) => batch.sort((first, second) => first.userId - second.userId));
}
