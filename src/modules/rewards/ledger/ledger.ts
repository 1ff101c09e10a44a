import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { chunksOf, tuplesSql } from '../../../platform/database/insert-rows';
import { Balances, type ChangedPeople } from './balances';
import { LedgerRows } from './ledger-rows';
import { balanceChangesOf, batchesOfDifferentPeople } from './movement';
import type { BalanceChange, Movement, PostedMovement, RewardClaim } from './movement';
import { transferTypes, typeInSql } from './transaction-types';
import { BalanceTooLarge, InsufficientBalance } from '../rewards.errors';

/**
 * The ledger of TeoCoins. Only this class and its parts write to `rewards_teocointransaction` and to the two balance columns of
 * `users_user`. Each method joins the caller's transaction; `lock` and `enqueue` need an open one. Lock order: user rows in ascending
 * order of ids, then ledger rows.
 */
@Injectable()
export class Ledger {
  constructor(
    private readonly database: Database,
    private readonly balances: Balances,
    private readonly rows: LedgerRows,
  ) {}

  /**
   * Locks the balances of people until the transaction ends. A caller that reads the ledger before it posts, for example to find a
   * used key, must lock before it reads. A concurrent request then waits here and sees the rows of the first request afterwards.
   * The lock is sent with the next statement.
   */
  lock(userIds: readonly number[]): void {
    const ascendingIds = [...new Set(userIds)].sort((firstId, secondId) => firstId - secondId);
    for (const chunk of this.splitIntoChunks(ascendingIds)) this.balances.lock(chunk);
  }

  /**
   * Posts all movements as one operation, or none of them. The people must exist.
   * @throws InsufficientBalance, BalanceTooLarge
   */
  async post(movements: readonly Movement[]): Promise<PostedMovement[]> {
    return this.database.transaction(async () => {
      const getPosted = this.enqueue(movements);
      await this.database.flush();
      return getPosted();
    });
  }

  /**
   * Like `post`, but the movements are sent with the next statement of the transaction, or with its COMMIT, which then throws the
   * errors of `post`.
   * @returns a function that returns the posted movements after they were sent
   */
  enqueue(movements: readonly Movement[], operationId = randomUUID()): () => PostedMovement[] {
    const changes = balanceChangesOf(movements);
    const getChangedPeople = this.changeBalances(changes);
    return this.rows.enqueue(movements, {
      operationId,
      onlyOfChangedPeople: false,
      // A row of a person whose balance was not changed repeats an earlier sequence, or has none above 0. The database refuses both.
      toError: (error) => toBalanceError(changes, getChangedPeople()) ?? error,
    });
  }

  /** Posts the movements of the people whose balance stays between zero and `maxBalance`, and skips all other people. */
  async postWithinLimits(movements: readonly Movement[]): Promise<PostedMovement[]> {
    return this.database.transaction(async () => {
      this.changeBalances(balanceChangesOf(movements));
      return this.writeRowsOfChangedPeople(movements);
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
          if (chunk.length > 1) this.lock(chunk.map(({ userId }) => userId));
          this.balances.payRewards(chunk);
          posted.push(...(await this.writeRowsOfChangedPeople(chunk)));
        }
      }
      return posted;
    });
  }

  /**
   * Writes the transaction hash and the confirmation of the chain into existing rows. Of the other columns only the message of a
   * transfer can be changed (`emptyMessages`), and a row that is confirmed no longer changes.
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

  /** Clears the messages of a person's transfers, on both sides. The database allows no other change of a description. */
  async emptyMessages(userId: number): Promise<void> {
    const transferSql = typeInSql(transferTypes);
    await this.database.run(
      `UPDATE rewards_teocointransaction SET description = '' WHERE description <> '' AND ${transferSql}
         AND operation_id IN (SELECT operation_id FROM rewards_teocointransaction WHERE user_id = $1 AND ${transferSql})`,
      [userId],
    );
  }

  /** The rows must be enqueued at once afterwards, so that no other operation of the transaction comes between. */
  private changeBalances(changes: readonly BalanceChange[]): ChangedPeople {
    // A single row needs no lock in advance, because its UPDATE locks it.
    if (changes.length > 1) this.lock(changes.map(({ userId }) => userId));
    const changedPeople = [...this.splitIntoChunks(changes)].map((chunk) => this.balances.applyChanges(chunk));
    return () => changedPeople.flatMap((getChangedPeople) => getChangedPeople());
  }

  private async writeRowsOfChangedPeople(movements: readonly Movement[]): Promise<PostedMovement[]> {
    const getPosted = this.rows.enqueue(movements, { operationId: randomUUID(), onlyOfChangedPeople: true });
    await this.database.flush();
    return getPosted();
  }

  private splitIntoChunks<T>(items: readonly T[]): Generator<T[]> {
    return chunksOf(items, this.database.dialect.maxRowsPerStatement);
  }
}

/** @returns undefined if all balances were changed */
function toBalanceError(
  changes: readonly BalanceChange[],
  changedPeople: readonly { userId: number }[],
): InsufficientBalance | BalanceTooLarge | undefined {
  const changedIds = new Set(changedPeople.map(({ userId }) => userId));
  const refusedChanges = changes.filter(({ userId }) => !changedIds.has(userId));
  if (refusedChanges.length === 0) return undefined;
  return refusedChanges.some(({ coinChange }) => coinChange < 0) ? new InsufficientBalance() : new BalanceTooLarge();
}
