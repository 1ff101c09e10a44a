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

/** A movement, and how far its sequence number and the balance after it are from those after the whole operation. */
export interface MovementOfOperation {
  movement: Movement;
  sequenceOffset: number;
  balanceOffset: number;
}

/** Counts back from the end of the operation, because `users_user` holds only the balance and the sequence after it. */
export function toMovementsWithOffsets(movements: readonly Movement[]): MovementOfOperation[] {
  const offsets = new Map<number, { sequenceOffset: number; balanceOffset: number }>();
  const reversed = movements.toReversed().map((movement) => {
    const offset = offsets.get(movement.userId) ?? { sequenceOffset: 0, balanceOffset: 0 };
    const { sequenceOffset, balanceOffset } = offset;
    offsets.set(movement.userId, {
      sequenceOffset: sequenceOffset - 1,
      balanceOffset: balanceOffset - signedAmountOf(movement),
    });
    return { movement, sequenceOffset, balanceOffset };
  });
  return reversed.toReversed();
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
