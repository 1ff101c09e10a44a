import { Injectable } from '@nestjs/common';
import { instant, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { mayBePaidTwiceSql, mayPaySql } from '../withdrawals/payment-conditions';

const shape = {
  ...{ id: int, txHash: text, recipient: text, units: text, blockNumber: int, finalAt: instant },
  ...{ reason: nullable(text), actorId: nullable(int), actor: nullable(text), bookedAt: nullable(instant) },
};
/** With the withdrawals whose payment it may be. */
export interface PayoutRow extends Row<typeof shape> {
  withdrawalIds: number[];
}

/** Final transfers out of the treasury that no withdrawal ordered: a page costs two statements. */
@Injectable()
export class UnorderedPayouts {
  constructor(private readonly database: Database) {}

  async one(id: number): Promise<PayoutRow | undefined> {
    return (await this.rows('p.id = $1', [id]))[0];
  }

  /** Newest first. */
  list({
    before = Number.MAX_SAFE_INTEGER,
    booked,
    count,
  }: {
    before?: number | undefined;
    booked?: boolean | undefined;
    count: number;
  }) {
    return this.rows(`p.id < $1${condition(booked)} ORDER BY p.id DESC LIMIT $2`, [before, count]);
  }

  async count(booked?: boolean): Promise<number> {
    const sql = `SELECT count(*) AS total FROM rewards_payout p LEFT JOIN rewards_payout_booking b ON b.payout_id = p.id
      WHERE p.withdrawal_id IS NULL${condition(booked)}`;
    return (await this.database.row({ total: int }, sql))?.total ?? 0;
  }

  private async rows(where: string, values: readonly number[]): Promise<PayoutRow[]> {
    const found = await this.database.rows(
      shape,
      `SELECT p.id, p.tx_hash AS "txHash", p.recipient, p.units, p.block_number AS "blockNumber", p.final_at AS "finalAt",
         b.reason, b.actor_id AS "actorId", u.username AS actor, b.booked_at AS "bookedAt"
       FROM rewards_payout p LEFT JOIN rewards_payout_booking b ON b.payout_id = p.id
       LEFT JOIN users_user u ON u.id = b.actor_id
       WHERE p.withdrawal_id IS NULL AND ${where}`,
      values,
    );
    const alike = await this.alike(found.map(({ id }) => id));
    return found.map((row) => ({
      ...row,
      withdrawalIds: alike.filter((one) => one.payoutId === row.id).map(({ id }) => id),
    }));
  }

  private async alike(ids: readonly number[]): Promise<{ payoutId: number; id: number }[]> {
    if (ids.length === 0) return [];
    return this.database.rows(
      { payoutId: int, id: int },
      `SELECT p.id AS "payoutId", w.id FROM rewards_payout p
       JOIN rewards_withdrawal w ON ${mayPaySql('p', 'w')} AND (${mayBePaidTwiceSql('w')} OR w.consumed_by = p.tx_hash)
       WHERE p.id IN (${placeholders(ids.length)}) ORDER BY w.id`,
      ids,
    );
  }
}

const condition = (booked?: boolean): string =>
  booked === undefined ? '' : ` AND b.id IS ${booked ? 'NOT ' : ''}NULL`;
