import { Injectable } from '@nestjs/common';
import { bool, instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { waitingFor, type Waiting } from './wait-reason';
import type { WithdrawalState } from './withdrawal.entity';

const shape = {
  id: int,
  amount: int,
  address: text,
  state: textOf<WithdrawalState>(),
  cancelling: bool,
  waitingFor: nullable(textOf<Waiting>()),
  txHash: text,
  reason: text,
  requestedAt: instant,
  changedAt: instant,
};
export type WithdrawalRow = Row<typeof shape>;
export const columns = `id, amount, address, state, cancelling, ${waitingFor} AS "waitingFor", tx_hash AS "txHash", reason,
  requested_at AS "requestedAt", changed_at AS "changedAt"`;

/** As its owner sees it. */
export type ShownState = WithdrawalState | 'cancelling';

interface Slice {
  before?: number | undefined;
  state?: ShownState | undefined;
  count: number;
}

/** What people have asked for on the chain, and how far it is. */
@Injectable()
export class WithdrawalsQuery {
  constructor(private readonly database: Database) {}

  /** One person's; anybody's for null. */
  async one(id: number, ownerId: number | null): Promise<(WithdrawalRow & { userId: number }) | undefined> {
    return this.database.row(
      { ...shape, userId: int },
      `SELECT ${columns}, user_id AS "userId" FROM rewards_withdrawal w
       WHERE id = $1${ownerId === null ? '' : ' AND user_id = $2'}`,
      ownerId === null ? [id] : [id, ownerId],
    );
  }

  /** Newest first. */
  list(userId: number, { before = Number.MAX_SAFE_INTEGER, state, count }: Slice): Promise<WithdrawalRow[]> {
    return this.database.rows(
      shape,
      `SELECT ${columns} FROM rewards_withdrawal w
       WHERE user_id = $1 AND id < $2${condition(state)} ORDER BY id DESC LIMIT $3`,
      [userId, before, count],
    );
  }

  async count(userId: number, state?: ShownState): Promise<number> {
    const sql = `SELECT count(*) AS total FROM rewards_withdrawal WHERE user_id = $1${condition(state)}`;
    return (await this.database.row({ total: int }, sql, [userId]))?.total ?? 0;
  }
}

/** On its way to no payment: its coins come back, unless the chain was faster. */
const isCancelling = `cancelling AND state IN ('reserved', 'signing', 'signed', 'broadcast')`;

/** A state is one of a list, never a text from outside. */
function condition(state?: ShownState): string {
  if (!state) return '';
  return state === 'cancelling' ? ` AND ${isCancelling}` : ` AND state = '${state}' AND NOT (${isCancelling})`;
}
