import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders, tuplesSql } from '../../../platform/database/insert-rows';
import type { BalanceChange, RewardClaim } from './movement';
import { rewardTypes, typeInSql } from './transaction-types';

const shape = { userId: int };
const returningSql = 'RETURNING id AS "userId"';
/** The largest number that the column `teo_coins` holds. A larger balance is refused, as is one below zero. */
export const maxBalance = 2_147_483_647;
/** The condition of the partial unique index over rewards, repeated so that the engines can use that index. */
const isRewardSql = typeInSql(rewardTypes, 't.transaction_type');
const lockedUserIdsKey = Symbol('ids of the users whose balances are locked');

/** Returns the people whose balance was changed, after the statement was sent. */
export type ChangedPeople = () => { userId: number }[];

/**
 * Locks and changes `teo_coins` and `teo_sequence`. Only the class `Ledger` uses this class. Callers pass at most
 * `maxRowsPerStatement` entries, in ascending order of user ids. All statements are enqueued: they are sent with the next one.
 */
@Injectable()
export class Balances {
  constructor(private readonly database: Database) {}

  /**
   * Locks the rows in ascending order, so that two opposite operations wait for each other instead of deadlocking. Rows that this
   * transaction has already locked are skipped.
   */
  lock(userIds: readonly number[]): void {
    const forUpdateSql = this.database.dialect.forUpdate();
    const lockedIds = this.getLockedIds();
    const unlockedIds = userIds.filter((userId) => !lockedIds.has(userId));
    if (!forUpdateSql || unlockedIds.length === 0) return;
    const sql = `SELECT id FROM users_user WHERE id IN (${placeholders(unlockedIds.length)}) ORDER BY id${forUpdateSql}`;
    this.database.enqueue({}, sql, unlockedIds);
    for (const userId of unlockedIds) lockedIds.add(userId);
  }

  /** Applies the changes whose balance stays between zero and `maxBalance`. */
  applyChanges(changes: readonly BalanceChange[]): ChangedPeople {
    return this.database.enqueue(
      shape,
      `UPDATE users_user SET teo_coins = teo_coins + v.column2, teo_sequence = teo_sequence + v.column3
       FROM (VALUES ${tuplesSql(changes.length, 3, ['bigint', 'bigint', 'int'])}) AS v
       WHERE users_user.id = v.column1 AND users_user.teo_coins + v.column2 BETWEEN 0 AND ${maxBalance}
       ${returningSql}`,
      changes.flatMap(({ userId, coinChange, rowCount }) => [userId, coinChange, rowCount]),
    );
  }

  /** Pays the claims that are not paid yet; each person has at most one claim. */
  payRewards(claims: readonly RewardClaim[]): ChangedPeople {
    const types = ['bigint', 'bigint', 'varchar', 'varchar', 'bigint', 'int'];
    return this.database.enqueue(
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

  /** The ids of the users whose rows the current transaction has locked. */
  private getLockedIds(): Set<number> {
    const { notes } = this.database.unit();
    const lockedBefore = notes.get(lockedUserIdsKey) as Set<number> | undefined;
    if (lockedBefore) return lockedBefore;
    const lockedIds = new Set<number>();
    notes.set(lockedUserIdsKey, lockedIds);
    return lockedIds;
  }
}
