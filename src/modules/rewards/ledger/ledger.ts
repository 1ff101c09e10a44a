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
   * Locks the balances of people until the transaction ends. Callers that read before they post (has this key been used? is this
   * transaction reversed?) lock first, so that a concurrent request waits here and then sees the rows of the first one.
   */
  async lock(userIds: readonly number[]): Promise<void> {
    const ascending = [...new Set(userIds)].sort((one, other) => one - other);
    for (const chunk of this.chunks(ascending)) await this.balances.lock(chunk);
  }

  /**
   * Posts all movements as one operation, or none of them. The people must exist.
   * @throws InsufficientBalance, BalanceTooLarge
   */
  async post(movements: readonly Movement[]): Promise<PostedMovement[]> {
    return this.database.transaction(async () => {
      const changes = balanceChangesOf(movements);
      const balances = await this.changeBalances(changes);
      if (balances.size < changes.length) throw balanceErrorOf(changes.filter(({ userId }) => !balances.has(userId)));
      return this.writeRows(movements, balances);
    });
  }

  /** Posts the movements of the people whose balance stays between zero and `maxBalance`, and skips all other people. */
  async postWithinLimits(movements: readonly Movement[]): Promise<PostedMovement[]> {
    return this.database.transaction(async () => {
      const balances = await this.changeBalances(balanceChangesOf(movements));
      const possible = movements.filter(({ userId }) => balances.has(userId));
      return this.writeRows(possible, balances);
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
      for (const batch of batchesOfDifferentPeople(claims))
        for (const chunk of this.chunks(batch)) posted.push(...(await this.payRewards(chunk)));
      return posted;
    });
  }

  /**
   * Writes the transaction hash and the confirmation of the chain into existing rows. No other update of a ledger row is
   * possible, and a row that is confirmed no longer changes.
   */
  async recordChainState(states: readonly { id: number; txHash: string; confirmed: boolean }[]): Promise<void> {
    for (const chunk of this.chunks(states))
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
    for (const chunk of this.chunks(changes))
      for (const balance of await this.balances.applyChanges(chunk)) balances.set(balance.userId, balance);
    return balances;
  }

  private async payRewards(claims: readonly RewardClaim[]): Promise<PostedMovement[]> {
    if (claims.length > 1) await this.lock(claims.map((claim) => claim.userId));
    const changed = await this.balances.payRewards(claims);
    const balances = new Map(changed.map((balance) => [balance.userId, balance]));
    const paid = claims.filter(({ userId }) => balances.has(userId));
    return this.writeRows(paid, balances);
  }

  private async writeRows(
    movements: readonly Movement[],
    balances: ReadonlyMap<number, Balance>,
  ): Promise<PostedMovement[]> {
    const operation = { operationId: randomUUID(), createdAt: this.clock.now() };
    const rows = numberMovements(movements, balances).map((row) => ({ ...row, ...operation }));
    // The final balance is not negative, but a balance in between can be, because the movements are posted in their order.
    if (rows.some((row) => row.balanceAfter < 0)) throw new InsufficientBalance();
    const ids = new Map<string, number>();
    for (const chunk of this.chunks(rows))
      for (const row of await this.insert(chunk)) ids.set(`${row.userId}:${row.sequence}`, row.id);
    return rows.map((row) => ({ ...row, id: ids.get(`${row.userId}:${row.sequence}`) as number }));
  }

  private *chunks<T>(all: readonly T[]): Generator<T[]> {
    const size = this.database.dialect.maxRowsPerStatement;
    for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
  }

  private insert(rows: readonly UnsavedMovement[]): Promise<{ id: number; userId: number; sequence: number }[]> {
    const values = rows.map((row) => Object.values(columnsOf(row)));
    const names = Object.keys(columnsOf(rows[0] as UnsavedMovement));
    return this.database
      .rows(
        { id: int, userId: int, sequence: int },
        `INSERT INTO rewards_teocointransaction (${names.join(', ')}) VALUES ${tuplesSql(rows.length, names.length)}
         RETURNING id, user_id AS "userId", sequence`,
        values.flat(),
      )
      .catch((error: unknown) => this.retryAfterDuplicate(error));
  }

  /** A concurrent request wrote the same reward, key or reversal first. The retry of the whole transaction then finds its row. */
  private retryAfterDuplicate(error: unknown): never {
    const constraint = this.database.dialect.uniqueViolation(error) ?? '';
    if (/_(?:reward_once|key|reverses)$/.test(constraint)) throw new RetryTransaction(error);
    throw error;
  }
}

function balanceErrorOf(refused: readonly BalanceChange[]): InsufficientBalance | BalanceTooLarge {
  return refused.some((change) => change.delta < 0) ? new InsufficientBalance() : new BalanceTooLarge();
}

function columnsOf(row: UnsavedMovement): Record<string, Value> {
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
