import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders, tuples } from '../../../platform/database/insert-rows';
import type { Balance, Change, RewardClaim } from './movement';
import { rewardTypes, typeIn } from './transaction-types';

const shape = { userId: int, balance: int, sequence: int };
const returning = 'RETURNING id AS "userId", teo_coins AS balance, teo_sequence AS sequence';
/** What the column holds: a sum beyond it is refused like one below zero. */
export const largestBalance = 2_147_483_647;
/** The condition of the unique index over rewards: said again, so that the engines may look there. */
const isReward = typeIn(rewardTypes, 't.transaction_type');
const heldRows = Symbol('locked balances');

/** `teo_coins` and `teo_sequence` of people, for the ledger alone. Callers pass at most `maxRowsPerStatement` changes, ascending by person. */
@Injectable()
export class Balances {
  constructor(private readonly database: Database) {}

  /** Takes the rows in ascending order, so that opposite operations queue instead of meeting head-on. Those it has are not asked for again. */
  async lock(userIds: readonly number[]): Promise<void> {
    const suffix = this.database.dialect.forUpdate();
    const held = this.held();
    const wanted = userIds.filter((userId) => !held.has(userId));
    if (!suffix || wanted.length === 0) return;
    const sql = `SELECT id FROM users_user WHERE id IN (${placeholders(wanted.length)}) ORDER BY id${suffix}`;
    await this.database.rows({ id: int }, sql, wanted);
    for (const userId of wanted) held.add(userId);
  }

  /** Changes the balances that stay between zero and the largest; gives those. */
  move(changes: readonly Change[]): Promise<Balance[]> {
    return this.database.rows(
      shape,
      `UPDATE users_user SET teo_coins = teo_coins + v.column2, teo_sequence = teo_sequence + v.column3
       FROM (VALUES ${tuples(changes.length, 3, ['bigint', 'bigint', 'int'])}) AS v
       WHERE users_user.id = v.column1 AND users_user.teo_coins + v.column2 BETWEEN 0 AND ${largestBalance}
       ${returning}`,
      changes.flatMap(({ userId, delta, rows }) => [userId, delta, rows]),
    );
  }

  /** Pays the claims that were not paid before, one for each person; gives the balances of those. */
  pay(claims: readonly RewardClaim[]): Promise<Balance[]> {
    const types = ['bigint', 'bigint', 'varchar', 'varchar', 'bigint', 'int'];
    return this.database.rows(
      shape,
      `UPDATE users_user SET teo_coins = teo_coins + v.column2, teo_sequence = teo_sequence + 1
       FROM (VALUES ${tuples(claims.length, 6, types)}) AS v
       WHERE users_user.id = v.column1 AND users_user.teo_coins + v.column2 <= ${largestBalance} AND NOT EXISTS (
         SELECT 1 FROM rewards_teocointransaction t
         WHERE t.user_id = v.column1 AND t.transaction_type = v.column3 AND t.related_object_type = v.column4
           AND t.related_object_id = v.column5 AND t.reward_epoch = v.column6 AND ${isReward})
       ${returning}`,
      claims.flatMap(({ userId, amount, type, relatedObject, rewardEpoch = 0 }) => [
        ...[userId, amount, type],
        ...[relatedObject.type, relatedObject.id, rewardEpoch],
      ]),
    );
  }

  /** The people whose rows this transaction holds until its end. */
  private held(): Set<number> {
    const { notes } = this.database.unit();
    const held = (notes.get(heldRows) as Set<number> | undefined) ?? new Set<number>();
    notes.set(heldRows, held);
    return held;
  }
}
