import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders, tuplesSql } from '../../../platform/database/insert-rows';
import type { Balance, BalanceChange, RewardClaim } from './movement';
import { rewardTypes, typeInSql } from './transaction-types';

const shape = { userId: int, balance: int, sequence: int };
const returningSql = 'RETURNING id AS "userId", teo_coins AS balance, teo_sequence AS sequence';
/** The largest number that the column `teo_coins` holds. A larger balance is refused, as is one below zero. */
export const maxBalance = 2_147_483_647;
/** The condition of the partial unique index over rewards, repeated so that the engines can use that index. */
const isRewardSql = typeInSql(rewardTypes, 't.transaction_type');
const lockedBalances = Symbol('locked balances');

/**
 * Locks and changes `teo_coins` and `teo_sequence`; only the ledger uses it. Callers pass at most `maxRowsPerStatement` entries,
 * in ascending order of user ids.
 */
@Injectable()
export class Balances {
  constructor(private readonly database: Database) {}

  /**
   * Locks the rows in ascending order, so that two opposite operations wait for each other instead of running into a deadlock.
   * Rows that this transaction has already locked are left out.
   */
  async lock(userIds: readonly number[]): Promise<void> {
    const forUpdateSql = this.database.dialect.forUpdate();
    const locked = this.lockedUserIds();
    const missing = userIds.filter((userId) => !locked.has(userId));
    if (!forUpdateSql || missing.length === 0) return;
    const sql = `SELECT id FROM users_user WHERE id IN (${placeholders(missing.length)}) ORDER BY id${forUpdateSql}`;
    await this.database.rows({ id: int }, sql, missing);
    for (const userId of missing) locked.add(userId);
  }

  /** Applies the changes whose balance stays between zero and `maxBalance`. Returns only the changed balances. */
  applyChanges(changes: readonly BalanceChange[]): Promise<Balance[]> {
    return this.database.rows(
      shape,
      `UPDATE users_user SET teo_coins = teo_coins + v.column2, teo_sequence = teo_sequence + v.column3
       FROM (VALUES ${tuplesSql(changes.length, 3, ['bigint', 'bigint', 'int'])}) AS v
       WHERE users_user.id = v.column1 AND users_user.teo_coins + v.column2 BETWEEN 0 AND ${maxBalance}
       ${returningSql}`,
      changes.flatMap(({ userId, delta, rowCount }) => [userId, delta, rowCount]),
    );
  }

  /** Pays the claims that are not paid yet; each person has at most one claim. Returns only the changed balances. */
  payRewards(claims: readonly RewardClaim[]): Promise<Balance[]> {
    const types = ['bigint', 'bigint', 'varchar', 'varchar', 'bigint', 'int'];
    return this.database.rows(
      shape,
      `UPDATE users_user SET teo_coins = teo_coins + v.column2, teo_sequence = teo_sequence + 1
       FROM (VALUES ${tuplesSql(claims.length, 6, types)}) AS v
       WHERE users_user.id = v.column1 AND users_user.teo_coins + v.column2 <= ${maxBalance} AND NOT EXISTS (
         SELECT 1 FROM rewards_teocointransaction t
         WHERE t.user_id = v.column1 AND t.transaction_type = v.column3 AND t.related_object_type = v.column4
           AND t.related_object_id = v.column5 AND t.reward_epoch = v.column6 AND ${isRewardSql})
       ${returningSql}`,
      claims.flatMap(({ userId, amount, type, relatedObject, rewardEpoch = 0 }) => [
        userId,
        amount,
        type,
        relatedObject.type,
        relatedObject.id,
        rewardEpoch,
      ]),
    );
  }

  /** Ids of the users whose rows this transaction keeps locked until it ends. */
  private lockedUserIds(): Set<number> {
    const { notes } = this.database.unit();
    const userIds = (notes.get(lockedBalances) as Set<number> | undefined) ?? new Set<number>();
    notes.set(lockedBalances, userIds);
    return userIds;
  }
}
