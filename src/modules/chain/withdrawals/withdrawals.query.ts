import { Injectable } from '@nestjs/common';
import { int, nullable, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { waitReasonSql, type WaitReason } from './wait-reason';
import { Withdrawal, type WithdrawalState } from './withdrawal.entity';

const withdrawal = columnsOf(Withdrawal, [
  'id',
  'amount',
  'address',
  'state',
  'cancelling',
  'txHash',
  'reason',
  'requestedAt',
  'changedAt',
]);
export const withdrawalShape = { ...withdrawal.shape, waitingFor: nullable(textOf<WaitReason>()) };
export type WithdrawalRow = Row<typeof withdrawalShape>;
/** The columns of `withdrawalShape`. The alias of the table is `w`. */
export const withdrawalColumns = `${withdrawal.columns('w')}, ${waitReasonSql} AS "waitingFor"`;

/** The state in responses to the owner. */
export type OwnerState = WithdrawalState | 'cancelling';

interface Filter {
  before?: number | undefined;
  state?: OwnerState | undefined;
  count: number;
}

@Injectable()
export class WithdrawalsQuery {
  constructor(private readonly database: Database) {}

  /** @param ownerId null for the withdrawal of any person */
  async find(id: number, ownerId: number | null): Promise<(WithdrawalRow & { userId: number }) | undefined> {
    const isOwned = ownerId === null ? '' : ' AND w.user_id = $2';
    const sql = `SELECT ${withdrawalColumns}, w.user_id AS "userId" FROM rewards_withdrawal w WHERE w.id = $1${isOwned}`;
    return this.database.row({ ...withdrawalShape, userId: int }, sql, ownerId === null ? [id] : [id, ownerId]);
  }

  /** Newest first. */
  list(userId: number, { before = Number.MAX_SAFE_INTEGER, state, count }: Filter): Promise<WithdrawalRow[]> {
    const sql = `SELECT ${withdrawalColumns} FROM rewards_withdrawal w
      WHERE w.user_id = $1 AND w.id < $2${conditionSql(state)} ORDER BY w.id DESC LIMIT $3`;
    return this.database.rows(withdrawalShape, sql, [userId, before, count]);
  }

  async count(userId: number, state?: OwnerState): Promise<number> {
    const sql = `SELECT count(*) AS total FROM rewards_withdrawal WHERE user_id = $1${conditionSql(state)}`;
    return (await this.database.row({ total: int }, sql, [userId]))?.total ?? 0;
  }
}

/** A cancelled withdrawal that can still end without a payment. */
const isCancellingSql = `cancelling AND state IN ('reserved', 'signing', 'signed', 'broadcast')`;

/** The state can be written into the SQL text, because it is one of the listed states and never a text of the client. */
function conditionSql(state?: OwnerState): string {
  if (!state) return '';
  return state === 'cancelling' ? ` AND ${isCancellingSql}` : ` AND state = '${state}' AND NOT (${isCancellingSql})`;
}
