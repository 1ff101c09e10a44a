import { Injectable } from '@nestjs/common';
import { int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { placeholders } from '../../../platform/database/insert-rows';
import { mayBePaidTwiceSql, mayPaySql } from '../withdrawals/payment-conditions';
import { Payout } from '../withdrawals/payout.entity';
import { PayoutBooking } from '../withdrawals/payout-booking.entity';

const payout = columnsOf(Payout, ['id', 'txHash', 'recipient', 'units', 'blockNumber', 'finalAt']);
const booking = columnsOf(PayoutBooking, ['reason', 'actorId', 'bookedAt']);
const shape = { ...payout.shape, ...booking.optionalShape, actor: nullable(text) };
/** `withdrawalIds` are the withdrawals that the payment may belong to. */
export interface PayoutRow extends Row<typeof shape> {
  withdrawalIds: number[];
}

interface PageFilter {
  before?: number | undefined;
  booked?: boolean | undefined;
  count: number;
}

/** Final transfers out of the treasury that belong to no withdrawal. A page costs two statements. */
@Injectable()
export class UnorderedPayouts {
  constructor(private readonly database: Database) {}

  async get(id: number): Promise<PayoutRow> {
    return (await this.read('p.id = $1', [id]))[0]!;
  }

  /** Newest first. */
  list({ before = Number.MAX_SAFE_INTEGER, booked, count }: PageFilter): Promise<PayoutRow[]> {
    return this.read(`p.id < $1${conditionSql(booked)} ORDER BY p.id DESC LIMIT $2`, [before, count]);
  }

  async count(booked?: boolean): Promise<number> {
    const sql = `SELECT count(*) AS total FROM rewards_payout p LEFT JOIN rewards_payout_booking b ON b.payout_id = p.id
      WHERE p.withdrawal_id IS NULL${conditionSql(booked)}`;
    return (await this.database.row({ total: int }, sql))?.total ?? 0;
  }

  private async read(condition: string, values: readonly number[]): Promise<PayoutRow[]> {
    const sql = `SELECT ${payout.columns('p')}, ${booking.columns('b')}, u.username AS actor
      FROM rewards_payout p LEFT JOIN rewards_payout_booking b ON b.payout_id = p.id
      LEFT JOIN users_user u ON u.id = b.actor_id
      WHERE p.withdrawal_id IS NULL AND ${condition}`;
    const found = await this.database.rows(shape, sql, values);
    const matches = await this.matchingWithdrawals(found.map(({ id }) => id));
    return found.map((row) => {
      const withdrawalIds = matches.filter(({ payoutId }) => payoutId === row.id).map(({ id }) => id);
      return { ...row, withdrawalIds };
    });
  }

  private async matchingWithdrawals(ids: readonly number[]): Promise<{ payoutId: number; id: number }[]> {
    if (ids.length === 0) return [];
    const sql = `SELECT p.id AS "payoutId", w.id FROM rewards_payout p JOIN rewards_withdrawal w
        ON ${mayPaySql('p', 'w')} AND (${mayBePaidTwiceSql('w')} OR w.consumed_by = p.tx_hash)
      WHERE p.id IN (${placeholders(ids.length)}) ORDER BY w.id`;
    return this.database.rows({ payoutId: int, id: int }, sql, ids);
  }
}

const conditionSql = (booked?: boolean): string =>
  booked === undefined ? '' : ` AND b.id IS ${booked ? 'NOT ' : ''}NULL`;
