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
/** The columns of `withdrawalShape`. The statement must give the table `rewards_withdrawal` the alias `w`. */
export const withdrawalColumns = `${withdrawal.columns('w')}, ${waitReasonSql} AS "waitingFor"`;

/** The state that responses to the owner show. */
export type OwnerState = WithdrawalState | 'cancelling';

interface Filter {
  /** Only withdrawals with a lower id. */
  before?: number | undefined;
  state?: OwnerState | undefined;
  count: number;
}

/** Reads the withdrawals of people. */
@Injectable()
export class WithdrawalsQuery {
  constructor(private readonly database: Database) {}

  /** @param ownerId null for the withdrawal of any person */
  async find(id: number, ownerId: number | null): Promise<(WithdrawalRow & { userId: number }) | undefined> {
    const andOwnerSql = ownerId === null ? '' : ' AND w.user_id = $2';
    const values = ownerId === null ? [id] : [id, ownerId];
    const sql = `SELECT ${withdrawalColumns}, w.user_id AS "userId" FROM rewards_withdrawal w WHERE w.id = $1${andOwnerSql}`;
    return this.database.row({ ...withdrawalShape, userId: int }, sql, values);
  }

  /** Newest first. */
  list(userId: number, { before = Number.MAX_SAFE_INTEGER, state, count }: Filter): Promise<WithdrawalRow[]> {
    const sql = `SELECT ${withdrawalColumns} FROM rewards_withdrawal w
      WHERE w.user_id = $1 AND w.id < $2${andStateSql(state)} ORDER BY w.id DESC LIMIT $3`;
    return this.database.rows(withdrawalShape, sql, [userId, before, count]);
  }

  async count(userId: number, state?: OwnerState): Promise<number> {
    const sql = `SELECT count(*) AS total FROM rewards_withdrawal WHERE user_id = $1${andStateSql(state)}`;
    return (await this.database.row({ total: int }, sql, [userId]))!.total;
  }
}

/** The withdrawal is cancelled and can still end without a payment. */
const isCancellingSql = `cancelling AND state IN ('reserved', 'signing', 'signed', 'broadcast')`;

/** The state can be written into the SQL text, because it is one of the listed states and never a text of the client. */
function andStateSql(state?: OwnerState): string {
  if (!state) return '';
  if (state === 'cancelling') return ` AND ${isCancellingSql}`;
  return ` AND state = '${state}' AND NOT (${isCancellingSql})`;
}
