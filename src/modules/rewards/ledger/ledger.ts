import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { int, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { tuplesSql } from '../../../platform/database/insert-rows';
import { RetryTransaction } from '../../../platform/database/retry-transaction';
import { Clock } from '../../../platform/time/clock';
import { Balances } from './balances';
import { balanceChangesOf, batchesOfDifferentPeople, numberMovements, type Balance } from './movement';
import type { BalanceChange, Movement, PostedMovement, RewardClaim } from './movement';
import { BalanceTooLarge, InsufficientBalance } from '../rewards.errors';

/** The unique constraints that refuse a second row for the same reward, idempotency key or reversal. */
const duplicateConstraintPattern = /_(?:reward_once|key|reverses)$/;

type UnsavedMovement = Omit<PostedMovement, 'id'>;

/**
 * The ledger of TeoCoins. Only this class writes to `rewards_teocointransaction` and to the two balance columns of `users_user`.
 * Each method joins the caller's transaction. Lock order: user rows in ascending order of ids, then ledger rows.
 */
@Injectable()
export class Ledger {
  constructor(
    private readonly database: Database,
    private readonly balances: Balances,
    private readonly clock: Clock,
  ) {}

  /**
   * Locks the balances of people until the transaction ends. A caller that reads the ledger before it posts, for example to find a
   * used key, must lock before it reads. A concurrent request then waits here and sees the rows of the first request afterwards.
   */
  async lock(userIds: readonly number[]): Promise<void> {
    const ascendingIds = [...new Set(userIds)].sort((firstId, secondId) => firstId - secondId);
    for (const chunk of this.splitIntoChunks(ascendingIds)) await this.balances.lock(chunk);
  }

  /**
   * Posts all movements as one operation, or none of them. The people must exist.
   * @throws InsufficientBalance, BalanceTooLarge
   */
  async post(movements: readonly Movement[]): Promise<PostedMovement[]> {
    return this.database.transaction(async () => {
      const changes = balanceChangesOf(movements);
      const balances = await this.changeBalances(changes);
      const refusedChanges = changes.filter(({ userId }) => !balances.has(userId));
      if (refusedChanges.length > 0) throw toBalanceError(refusedChanges);
      return this.writeRows(movements, balances);
    });
  }

  /** Posts the movements of the people whose balance stays between zero and `maxBalance`, and skips all other people. */
  async postWithinLimits(movements: readonly Movement[]): Promise<PostedMovement[]> {
    return this.database.transaction(async () => {
      const balances = await this.changeBalances(balanceChangesOf(movements));
      const postable = movements.filter(({ userId }) => balances.has(userId));
      return this.writeRows(postable, balances);
    });
  }

  /**
   * Pays each reward (person, type, object, epoch) at most once and skips those that are already paid. It also skips a reward that
   * would exceed `maxBalance`, because a completion must not fail for that reason.
   * @returns the rewards that were paid by this call
   */
  async reward(claims: readonly RewardClaim[]): Promise<PostedMovement[]> {
    return this.database.transaction(async () => {
      const posted: PostedMovement[] = [];
      for (const batch of batchesOfDifferentPeople(claims)) {
        for (const chunk of this.splitIntoChunks(batch)) {
          const paid = await this.payRewards(chunk);
          posted.push(...paid);
        }
      }
      return posted;
    });
  }

  /**
   * Writes the transaction hash and the confirmation of the chain into existing rows. No other update of a ledger row is
   * possible, and a row that is confirmed no longer changes.
   */
  async recordChainState(states: readonly { id: number; txHash: string; confirmed: boolean }[]): Promise<void> {
    for (const chunk of this.splitIntoChunks(states))
      await this.database.run(
        `UPDATE rewards_teocointransaction SET blockchain_tx_hash = v.column2, is_blockchain_confirmed = v.column3
         FROM (VALUES ${tuplesSql(chunk.length, 3, ['bigint', 'varchar', 'boolean'])}) AS v
         WHERE rewards_teocointransaction.id = v.column1 AND (rewards_teocointransaction.blockchain_tx_hash <> v.column2
           OR rewards_teocointransaction.is_blockchain_confirmed <> v.column3)`,
        chunk.flatMap(({ id, txHash, confirmed }) => [id, txHash, confirmed]),
      );
  }

  private async changeBalances(changes: readonly BalanceChange[]): Promise<Map<number, Balance>> {
    // A single row needs no lock in advance, because its UPDATE locks it.
    if (changes.length > 1) await this.lock(changes.map((change) => change.userId));
    const balances = new Map<number, Balance>();
    for (const chunk of this.splitIntoChunks(changes))
      for (const balance of await this.balances.applyChanges(chunk)) balances.set(balance.userId, balance);
    return balances;
  }

  private async payRewards(claims: readonly RewardClaim[]): Promise<PostedMovement[]> {
    if (claims.length > 1) await this.lock(claims.map((claim) => claim.userId));
    const changedBalances = await this.balances.payRewards(claims);
    const balances = new Map(changedBalances.map((balance) => [balance.userId, balance]));
    const paidClaims = claims.filter(({ userId }) => balances.has(userId));
    return this.writeRows(paidClaims, balances);
  }

  private async writeRows(
    movements: readonly Movement[],
    balances: ReadonlyMap<number, Balance>,
  ): Promise<PostedMovement[]> {
    const operation = { operationId: randomUUID(), createdAt: this.clock.now() };
    const rows = numberMovements(movements, balances).map((row) => ({ ...row, ...operation }));
    // The database has checked only the final balance. A balance between two movements of one operation can still be negative.
    if (rows.some((row) => row.balanceAfter < 0)) throw new InsufficientBalance();
    const ids = new Map<string, number>();
    for (const chunk of this.splitIntoChunks(rows))
      for (const inserted of await this.insert(chunk)) ids.set(rowKeyOf(inserted), inserted.id);
    return rows.map((row) => ({ ...row, id: ids.get(rowKeyOf(row)) as number }));
  }

  private *splitIntoChunks<T>(items: readonly T[]): Generator<T[]> {
    const chunkSize = this.database.dialect.maxRowsPerStatement;
    for (let from = 0; from < items.length; from += chunkSize) yield items.slice(from, from + chunkSize);
  }

  private insert(rows: readonly UnsavedMovement[]): Promise<{ id: number; userId: number; sequence: number }[]> {
    const values = rows.flatMap((row) => Object.values(toColumnValues(row)));
    const names = Object.keys(toColumnValues(rows[0] as UnsavedMovement));
    return this.database
      .rows(
        { id: int, userId: int, sequence: int },
        `INSERT INTO rewards_teocointransaction (${names.join(', ')}) VALUES ${tuplesSql(rows.length, names.length)}
         RETURNING id, user_id AS "userId", sequence`,
        values,
      )
      .catch((error: unknown) => this.retryAfterDuplicate(error));
  }

  /** Retries the whole transaction if a concurrent request wrote the same reward, key or reversal first. The retry finds that row. */
  private retryAfterDuplicate(error: unknown): never {
    const constraint = this.database.dialect.uniqueViolation(error) ?? '';
    if (duplicateConstraintPattern.test(constraint)) throw new RetryTransaction(error);
    throw error;
  }
}

function toBalanceError(refusedChanges: readonly BalanceChange[]): InsufficientBalance | BalanceTooLarge {
  return refusedChanges.some((change) => change.coinChange < 0) ? new InsufficientBalance() : new BalanceTooLarge();
}

const rowKeyOf = ({ userId, sequence }: { userId: number; sequence: number }): string => `${userId}:${sequence}`;

function toColumnValues(row: UnsavedMovement): Record<string, Value> {
  return {
    user_id: row.userId,
    transaction_type: row.type,
    amount: row.amount,
    description: row.description,
    recipient_id: row.recipientId,
    related_object_type: row.relatedObject?.type,
    related_object_id: row.relatedObject?.id,
    created_at: row.createdAt,
    sequence: row.sequence,
    balance_after: row.balanceAfter,
    operation_id: row.operationId,
    idempotency_key: row.idempotencyKey,
    request_hash: row.requestHash,
    reward_epoch: row.rewardEpoch ?? 0,
    reverses_id: row.reversesId,
    actor_id: row.actorId,
  };
}
