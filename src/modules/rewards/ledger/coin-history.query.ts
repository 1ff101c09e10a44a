import { Injectable } from '@nestjs/common';
import { int, nullable, text, textOf, type Row, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { typeInSql, storedTypesOf, type ApiType, type TransactionType } from './transaction-types';
import { TransactionNotFound } from '../rewards.errors';
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

interface HistoryFilter {
  type?: ApiType | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

interface HistorySlice extends HistoryFilter {
  /** Selects only rows with a smaller sequence number. */
  beforeSequence?: number | undefined;
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
  list(userId: number, { beforeSequence, limit, ...filter }: HistorySlice): Promise<HistoryRow[]> {
    const values: Value[] = [userId, beforeSequence ?? Number.MAX_SAFE_INTEGER, limit];
    const filterSql = toConditionsSql(filter, values);
    return this.read(`sequence < $2${filterSql} ORDER BY sequence DESC LIMIT $3`, values);
  }

  /** @throws TransactionNotFound */
  async get(userId: number, id: number): Promise<HistoryRow> {
    const [row] = await this.read('id = $2', [userId, id]);
    if (!row) throw new TransactionNotFound();
    return row;
  }

  async count(userId: number, filter: HistoryFilter = {}): Promise<number> {
    const values: Value[] = [userId];
    const filterSql = toConditionsSql(filter, values);
    const sql = `SELECT count(*) AS total FROM rewards_teocointransaction WHERE user_id = $1${filterSql}`;
    const counted = await this.database.row({ total: int }, sql, values);
    return counted?.total ?? 0;
  }

  /** @param sliceSql conditions on the transactions of the person whose id is the first value */
  private read(sliceSql: string, values: Value[]): Promise<HistoryRow[]> {
    return this.database.rows(
      rowShape,
      `SELECT ${transaction.columns('t')}, t.transaction_type AS type, c.id AS "counterpartId", c.username AS "counterpartName"
       FROM (SELECT * FROM rewards_teocointransaction WHERE user_id = $1 AND ${sliceSql}) AS t
       LEFT JOIN users_user c ON c.id = COALESCE(t.recipient_id, ${senderIdSql('t')})
       ORDER BY t.sequence DESC`,
      values,
    );
  }
}

/** Adds the values of the conditions to `values`. */
function toConditionsSql({ type, from, to }: HistoryFilter, values: Value[]): string {
  const conditions = type ? [typeInSql(storedTypesOf(type))] : [];
  if (from) conditions.push(`created_at >= $${values.push(from)}`);
  if (to) conditions.push(`created_at < $${values.push(to)}`);
  return conditions.map((condition) => ` AND ${condition}`).join('');
}

/**
 * The sender of a received transfer. The CASE skips other types, because a bulk reward has up to 10,000 rows with the same operation.
 */
const senderIdSql = (alias: string): string =>
  `CASE WHEN ${alias}.transaction_type = 'transfer_received' THEN (
     SELECT s.user_id FROM rewards_teocointransaction s
     WHERE s.operation_id = ${alias}.operation_id AND s.recipient_id = ${alias}.user_id LIMIT 1) END`;
