import { Injectable } from '@nestjs/common';
import { int, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { TransactionNotFound } from '../rewards.errors';
import { TeocoinTransaction } from '../ledger/teocoin-transaction.entity';
import type { TransactionType } from '../ledger/transaction-types';

const transaction = columnsOf(TeocoinTransaction, ['id', 'userId', 'amount', 'balanceAfter', 'createdAt']);
const shape = { ...transaction.shape, type: textOf<TransactionType>(), username: text };
export type OperationRow = Row<typeof shape>;

/** Reads the transactions of one operation, such as all payments of a bulk reward. */
@Injectable()
export class CoinOperations {
  constructor(private readonly database: Database) {}

  /** Returns up to `limit` transactions with an id above `afterId`. @throws TransactionNotFound if the first page is empty */
  async list(operationId: string, afterId: number | undefined, limit: number): Promise<OperationRow[]> {
    const rows = await this.database.rows(
      shape,
      `SELECT ${transaction.columns('t')}, t.transaction_type AS type, u.username
       FROM rewards_teocointransaction t JOIN users_user u ON u.id = t.user_id
       WHERE t.operation_id = $1 AND t.id > $2 ORDER BY t.id LIMIT $3`,
      [operationId, afterId ?? 0, limit],
    );
    if (rows.length === 0 && afterId === undefined) throw new TransactionNotFound();
    return rows;
  }

  async count(operationId: string): Promise<number> {
    const sql = 'SELECT count(*) AS total FROM rewards_teocointransaction WHERE operation_id = $1';
    const row = await this.database.row({ total: int }, sql, [operationId]);
    return row?.total ?? 0;
  }
}
