import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { int, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { tuples } from '../../../platform/database/insert-rows';
import { RetryTransaction } from '../../../platform/database/retry-transaction';
import { Clock } from '../../../platform/time/clock';
import { Balances } from './balances';
import { changesOf, numbered, rounds, type Balance, type Change } from './movement';
import type { Movement, Posted, RewardClaim } from './movement';
import { BalanceTooLarge, InsufficientBalance } from '../rewards.errors';

type Unsaved = Omit<Posted, 'id'>;

/**
 * The ledger of TeoCoins: the only writer of `rewards_teocointransaction` and of the two balance columns of `users_user`.
 * Everything joins the caller's transaction. Locks: user rows ascending by id, then ledger rows.
 */
@Injectable()
export class Ledger {
  constructor(
    private readonly database: Database,
    private readonly balances: Balances,
    private readonly clock: Clock,
  ) {}

  /**
   * Holds people's coins until the transaction ends: what is read about them after this stays true. For those who must look
   * before they post (was this key seen, is this reversed): a twin waits here, and then sees what the first one wrote.
   */
  async lock(userIds: readonly number[]): Promise<void> {
    const ascending = [...new Set(userIds)].sort((one, other) => one - other);
    for (const chunk of this.chunks(ascending)) await this.balances.lock(chunk);
  }

  /**
   * Posts movements as one operation: all of them, or none. The people must exist.
   * @throws InsufficientBalance, BalanceTooLarge
   */
  async post(movements: readonly Movement[]): Promise<Posted[]> {
    return this.database.transaction(async () => {
      const changes = changesOf(movements);
      const moved = await this.move(changes);
      if (moved.size < changes.length) throw refusalOf(changes.filter((change) => !moved.has(change.userId)));
      return this.record(movements, moved);
    });
  }

  /** Posts the movements of the people whose balance stays within its limits, and none of the others. */
  async postWhatFits(movements: readonly Movement[]): Promise<Posted[]> {
    return this.database.transaction(async () => {
      const moved = await this.move(changesOf(movements));
      return this.record(
        movements.filter(({ userId }) => moved.has(userId)),
        moved,
      );
    });
  }

  /**
   * Pays rewards, each (person, type, object, epoch) at most once: what was paid before is left out, and so is what would
   * make a balance larger than it may be, since nobody's completion should fail for that.
   * @returns the rewards paid now
   */
  async reward(claims: readonly RewardClaim[]): Promise<Posted[]> {
    return this.database.transaction(async () => {
      const posted: Posted[] = [];
      for (const round of rounds(claims))
        for (const chunk of this.chunks(round)) posted.push(...(await this.rewardOnce(chunk)));
      return posted;
    });
  }

  /** Writes what the chain says of rows beside them: the only change the ledger knows, and a confirmation is the last. */
  async mirror(marks: readonly { id: number; txHash: string; confirmed: boolean }[]): Promise<void> {
    for (const chunk of this.chunks(marks))
      await this.database.run(
        `UPDATE rewards_teocointransaction SET blockchain_tx_hash = v.column2, is_blockchain_confirmed = v.column3
         FROM (VALUES ${tuples(chunk.length, 3, ['bigint', 'varchar', 'boolean'])}) AS v
         WHERE rewards_teocointransaction.id = v.column1 AND (rewards_teocointransaction.blockchain_tx_hash <> v.column2
           OR rewards_teocointransaction.is_blockchain_confirmed <> v.column3)`,
        chunk.flatMap(({ id, txHash, confirmed }) => [id, txHash, confirmed]),
      );
  }

  private async move(changes: readonly Change[]): Promise<Map<number, Balance>> {
    // One row needs no order: its UPDATE is the lock.
    if (changes.length > 1) await this.lock(changes.map((change) => change.userId));
    const moved = new Map<number, Balance>();
    for (const chunk of this.chunks(changes))
      for (const balance of await this.balances.move(chunk)) moved.set(balance.userId, balance);
    return moved;
  }

  private async rewardOnce(claims: readonly RewardClaim[]): Promise<Posted[]> {
    if (claims.length > 1) await this.lock(claims.map((claim) => claim.userId));
    const paid = new Map((await this.balances.pay(claims)).map((balance) => [balance.userId, balance]));
    return this.record(
      claims.filter((claim) => paid.has(claim.userId)),
      paid,
    );
  }

  private async record(movements: readonly Movement[], balances: ReadonlyMap<number, Balance>): Promise<Posted[]> {
    const operation = { operationId: randomUUID(), createdAt: this.clock.now() };
    const rows = numbered(movements, balances).map((row) => ({ ...row, ...operation }));
    // The end is covered, a step on the way is not: the order of the movements is part of the books.
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

  private insert(rows: readonly Unsaved[]): Promise<{ id: number; userId: number; sequence: number }[]> {
    const values = rows.map((row) => Object.values(columnsOf(row)));
    const names = Object.keys(columnsOf(rows[0] as Unsaved));
    return this.database
      .rows(
        { id: int, userId: int, sequence: int },
        `INSERT INTO rewards_teocointransaction (${names.join(', ')}) VALUES ${tuples(rows.length, names.length)}
         RETURNING id, user_id AS "userId", sequence`,
        values.flat(),
      )
      .catch((error: unknown) => this.explain(error));
  }

  /** A twin was faster: the whole work again finds what the twin wrote. */
  private explain(error: unknown): never {
    const constraint = this.database.dialect.uniqueViolation(error) ?? '';
    if (/_(?:reward_once|key|reverses)$/.test(constraint)) throw new RetryTransaction(error);
    throw error;
  }
}

function refusalOf(refused: readonly Change[]): InsufficientBalance | BalanceTooLarge {
  return refused.some((change) => change.delta < 0) ? new InsufficientBalance() : new BalanceTooLarge();
}

function columnsOf(row: Unsaved): Record<string, Value> {
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
