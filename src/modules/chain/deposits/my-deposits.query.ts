import { Injectable } from '@nestjs/common';
import { instant, int, nullable, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Deposit } from './deposit.entity';

const deposit = columnsOf(Deposit, ['id', 'amount', 'units', 'txHash', 'blockNumber', 'state', 'seenAt']);
const shape = { ...deposit.shape, creditedAt: nullable(instant) };
export type DepositRow = Row<typeof shape>;

/** The deposits of a person. */
@Injectable()
export class MyDeposits {
  constructor(private readonly database: Database) {}

  /** Newest first. `creditedAt` is later than finality if the wallet was linked later. */
  list(userId: number, { before = Number.MAX_SAFE_INTEGER, count }: { before?: number | undefined; count: number }) {
    const sql = `SELECT ${deposit.columns('d')}, t.created_at AS "creditedAt"
      FROM rewards_deposit d LEFT JOIN rewards_teocointransaction t ON t.id = d.ledger_id
      WHERE d.user_id = $1 AND d.id < $2 ORDER BY d.id DESC LIMIT $3`;
    return this.database.rows(shape, sql, [userId, before, count]);
  }

  async count(userId: number): Promise<number> {
    const sql = 'SELECT count(*) AS total FROM rewards_deposit WHERE user_id = $1';
    return (await this.database.row({ total: int }, sql, [userId]))?.total ?? 0;
  }
}
