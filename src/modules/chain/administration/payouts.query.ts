import { Injectable } from '@nestjs/common';
import { int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { placeholders } from '../../../platform/database/insert-rows';
import { mayBePaidTwiceSql, mayPaySql } from '../withdrawals/payment-conditions';
import { Payout } from '../withdrawals/payout.entity';
import { PayoutBooking } from '../withdrawals/payout-booking.entity';

const payoutColumns = columnsOf(Payout, ['id', 'txHash', 'recipient', 'units', 'blockNumber', 'finalAt']);
const bookingColumns = columnsOf(PayoutBooking, ['reason', 'actorId', 'bookedAt']);
const shape = { ...payoutColumns.shape, ...bookingColumns.optionalShape, actor: nullable(text) };
/** `withdrawalIds` are the withdrawals that the payment may belong to. */
export interface PayoutRow extends Row<typeof shape> {
  withdrawalIds: number[];
}

interface PageFilter {
  /** Only payments with a lower id. */
  before?: number | undefined;
  isBooked?: boolean | undefined;
  count: number;
}

/** Final transfers out of the treasury that belong to no withdrawal. A page costs two statements. */
@Injectable()
export class UnorderedPayouts {
  constructor(private readonly database: Database) {}

  async get(id: number): Promise<PayoutRow> {
    return (await this.read('payout.id = $1', [id]))[0]!;
  }

  /** Newest first. */
  list({ before = Number.MAX_SAFE_INTEGER, isBooked, count }: PageFilter): Promise<PayoutRow[]> {
    return this.read(`payout.id < $1${andBookedSql(isBooked)} ORDER BY payout.id DESC LIMIT $2`, [before, count]);
  }

  async count(isBooked?: boolean): Promise<number> {
    const sql = `SELECT count(*) AS total FROM rewards_payout payout
      LEFT JOIN rewards_payout_booking booking ON booking.payout_id = payout.id
      WHERE payout.withdrawal_id IS NULL${andBookedSql(isBooked)}`;
    return (await this.database.row({ total: int }, sql))?.total ?? 0;
  }

  private async read(conditionSql: string, values: readonly number[]): Promise<PayoutRow[]> {
    const sql = `SELECT ${payoutColumns.columns('payout')}, ${bookingColumns.columns('booking')},
        actor.username AS actor
      FROM rewards_payout payout LEFT JOIN rewards_payout_booking booking ON booking.payout_id = payout.id
      LEFT JOIN users_user actor ON actor.id = booking.actor_id
      WHERE payout.withdrawal_id IS NULL AND ${conditionSql}`;
    const payouts = await this.database.rows(shape, sql, values);
    const candidates = await this.listCandidates(payouts.map(({ id }) => id));
    return payouts.map((payout) => {
      const ownCandidates = candidates.filter(({ payoutId }) => payoutId === payout.id);
      return { ...payout, withdrawalIds: ownCandidates.map(({ withdrawalId }) => withdrawalId) };
    });
  }

  /** The withdrawals that each payment may have paid. */
  private async listCandidates(payoutIds: readonly number[]): Promise<{ payoutId: number; withdrawalId: number }[]> {
    if (payoutIds.length === 0) return [];
    const sql = `SELECT payout.id AS "payoutId", withdrawal.id AS "withdrawalId"
      FROM rewards_payout payout JOIN rewards_withdrawal withdrawal ON ${mayPaySql('payout', 'withdrawal')}
        AND (${mayBePaidTwiceSql('withdrawal')} OR withdrawal.consumed_by = payout.tx_hash)
      WHERE payout.id IN (${placeholders(payoutIds.length)}) ORDER BY withdrawal.id`;
    return this.database.rows({ payoutId: int, withdrawalId: int }, sql, payoutIds);
  }
}

function andBookedSql(isBooked?: boolean): string {
  if (isBooked === undefined) return '';
  return isBooked ? ' AND booking.id IS NOT NULL' : ' AND booking.id IS NULL';
}
