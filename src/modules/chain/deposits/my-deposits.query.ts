import { Injectable } from '@nestjs/common';
import { instant, int, nullable, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Deposit } from './deposit.entity';

const depositColumns = columnsOf(Deposit, ['id', 'amount', 'units', 'txHash', 'blockNumber', 'state', 'seenAt']);
const shape = { ...depositColumns.shape, creditedAt: nullable(instant) };
export type DepositRow = Row<typeof shape>;

interface PageFilter {
  /** Only deposits with a lower id. */
  before: number | undefined;
  count: number;
}

/** Reads the deposits of one person. */
@Injectable()
export class MyDeposits {
  constructor(private readonly database: Database) {}

  /** Newest first. `creditedAt` is later than the time of finality if the wallet was linked later. */
  list(userId: number, { before, count }: PageFilter): Promise<DepositRow[]> {
    const sql = `SELECT ${depositColumns.columns('deposit')}, ledger.created_at AS "creditedAt"
      FROM rewards_deposit deposit LEFT JOIN rewards_teocointransaction ledger ON ledger.id = deposit.ledger_id
      WHERE deposit.user_id = $1 AND deposit.id < $2 ORDER BY deposit.id DESC LIMIT $3`;
    return this.database.rows(shape, sql, [userId, before ?? Number.MAX_SAFE_INTEGER, count]);
  }

  async count(userId: number): Promise<number> {
    const sql = 'SELECT count(*) AS total FROM rewards_deposit WHERE user_id = $1';
    return (await this.database.row({ total: int }, sql, [userId]))!.total;
  }
}
