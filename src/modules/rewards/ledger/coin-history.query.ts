import { Injectable } from '@nestjs/common';
import { int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { typeInSql, storedTypesOf, type ApiType, type TransactionType } from './transaction-types';
import { TeocoinTransaction } from './teocoin-transaction.entity';

const totalsShape = { balance: int, totalEarned: int, transactionCount: int };
export type CoinTotals = Row<typeof totalsShape>;

const transaction = columnsOf(TeocoinTransaction, [
  'id',
  'sequence',
  'amount',
  'description',
  'relatedObjectType',
  'relatedObjectId',
  'balanceAfter',
  'createdAt',
  'blockchainTxHash',
  'isBlockchainConfirmed',
]);
const rowShape = {
  ...transaction.shape,
  type: textOf<TransactionType>(),
  counterpartId: nullable(int),
  counterpartName: nullable(text),
};
export type HistoryRow = Row<typeof rowShape>;

export interface HistoryFilter {
  /** Selects only rows with a smaller sequence number. */
  beforeSequence?: number | undefined;
  type?: ApiType | undefined;
  limit: number;
}

/** Reads a person's balance and transactions. */
@Injectable()
export class CoinHistory {
  constructor(private readonly database: Database) {}

  async getTotals(userId: number): Promise<CoinTotals> {
    const totals = await this.database.row(
      totalsShape,
      `SELECT u.teo_coins AS balance, u.teo_sequence AS "transactionCount", p.total_teocoins_earned AS "totalEarned"
       FROM users_user u JOIN users_userprogress p ON p.user_id = u.id WHERE u.id = $1`,
      [userId],
    );
    return totals as CoinTotals;
  }

  /**
   * Lists transactions, newest first. One statement selects the rows of the page and then joins the other person of each transfer.
   */
  list(userId: number, { beforeSequence, type, limit }: HistoryFilter): Promise<HistoryRow[]> {
    return this.database.rows(
      rowShape,
      `SELECT ${transaction.columns('t')}, t.transaction_type AS type, c.id AS "counterpartId", c.username AS "counterpartName"
       FROM (
         SELECT * FROM rewards_teocointransaction
         WHERE user_id = $1 AND sequence < $2${typeConditionSql(type)} ORDER BY sequence DESC LIMIT $3) AS t
       LEFT JOIN users_user c ON c.id = COALESCE(t.recipient_id, ${senderIdSql('t')})
       ORDER BY t.sequence DESC`,
      [userId, beforeSequence ?? Number.MAX_SAFE_INTEGER, limit],
    );
  }

  async count(userId: number, type?: ApiType): Promise<number> {
    const sql = `SELECT count(*) AS total FROM rewards_teocointransaction WHERE user_id = $1${typeConditionSql(type)}`;
    const counted = await this.database.row({ total: int }, sql, [userId]);
    return counted?.total ?? 0;
  }
}

const typeConditionSql = (type?: ApiType): string => (type ? ` AND ${typeInSql(storedTypesOf(type))}` : '');

/**
 * The sender of a received transfer. The CASE skips other types, because a bulk reward has up to 10,000 rows with the same operation.
 */
const senderIdSql = (alias: string): string =>
  `CASE WHEN ${alias}.transaction_type = 'transfer_received' THEN (
     SELECT s.user_id FROM rewards_teocointransaction s
     WHERE s.operation_id = ${alias}.operation_id AND s.recipient_id = ${alias}.user_id LIMIT 1) END`;
