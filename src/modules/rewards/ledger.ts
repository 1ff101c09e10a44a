import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { int, type Value } from '../../platform/database/columns';
import { Database } from '../../platform/database/database';
import { tuples } from '../../platform/database/insert-rows';
import { TryAgain } from '../../platform/database/try-again';
import { Clock } from '../../platform/time/clock';
import { Balances } from './balances';
import { changesOf, numbered, rounds, type Balance, type Movement, type Posted, type RewardClaim } from './movement';
import { InsufficientBalance } from './rewards.errors';

/** Rows of one statement: well below the engines' limit of parameters. */
const perStatement = 1_000;

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
   * Posts movements as one operation: all of them, or none.
   * @throws InsufficientBalance when a balance would leave what it may be, or a person does not exist
   */
  async post(movements: readonly Movement[]): Promise<Posted[]> {
    return this.database.transaction(async () => {
      const changes = changesOf(movements);
      const moved = new Map<number, Balance>();
      for (const chunk of chunks(changes)) await this.balances.lock(chunk.map((change) => change.userId));
      for (const chunk of chunks(changes))
        for (const balance of await this.balances.move(chunk)) moved.set(balance.userId, balance);
      if (moved.size < changes.length) throw new InsufficientBalance('The balance does not cover this.');
      return this.record(movements, moved);
    });
  }

  /**
   * Pays rewards, each (person, type, object, epoch) at most once: what was paid before is left out.
   * @returns the rewards paid now
   */
  async reward(claims: readonly RewardClaim[]): Promise<Posted[]> {
    return this.database.transaction(async () => {
      const posted: Posted[] = [];
      for (const round of rounds(claims))
        for (const chunk of chunks(round)) posted.push(...(await this.rewardOnce(chunk)));
      return posted;
    });
  }

  private async rewardOnce(claims: readonly RewardClaim[]): Promise<Posted[]> {
    await this.balances.lock(claims.map((claim) => claim.userId));
    const paid = new Map((await this.balances.pay(claims)).map((balance) => [balance.userId, balance]));
    return this.record(
      claims.filter((claim) => paid.has(claim.userId)),
      paid,
    );
  }

  private async record(movements: readonly Movement[], balances: ReadonlyMap<number, Balance>): Promise<Posted[]> {
    const rows = numbered(movements, balances, randomUUID());
    const ids = new Map<string, number>();
    for (const chunk of chunks(rows))
      for (const row of await this.insert(chunk)) ids.set(`${row.userId}:${row.sequence}`, row.id);
    return rows.map((row) => ({ ...row, id: ids.get(`${row.userId}:${row.sequence}`) as number }));
  }

  private insert(rows: readonly Omit<Posted, 'id'>[]): Promise<{ id: number; userId: number; sequence: number }[]> {
    const now = this.clock.now();
    const values = rows.map((row) => Object.values(columnsOf(row, now)));
    const names = Object.keys(columnsOf(rows[0] as Omit<Posted, 'id'>, now));
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
    if (/_reward_once$|_key$/.test(constraint)) throw new TryAgain(error);
    throw error;
  }
}

function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += perStatement) yield all.slice(from, from + perStatement);
}

function columnsOf(row: Omit<Posted, 'id'>, now: Date): Record<string, Value> {
  return {
    user_id: row.userId,
    transaction_type: row.type,
    amount: row.amount,
    description: row.description,
    recipient_id: row.recipientId,
    related_object_type: row.relatedObject?.type,
    related_object_id: row.relatedObject?.id,
    created_at: now,
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
