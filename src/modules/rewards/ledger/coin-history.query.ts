import { Injectable } from '@nestjs/common';
import { bool, instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { typeIn, typesShownAs, type ShownType, type TransactionType } from './transaction-types';

const totalsShape = { balance: int, totalEarned: int, transactionCount: int };
export type CoinTotals = Row<typeof totalsShape>;

const rowShape = {
  id: int,
  sequence: int,
  type: textOf<TransactionType>(),
  amount: int,
  description: text,
  relatedObjectType: nullable(text),
  relatedObjectId: nullable(int),
  balanceAfter: int,
  createdAt: instant,
  blockchainTxHash: text,
  isBlockchainConfirmed: bool,
  counterpartId: nullable(int),
  counterpartName: nullable(text),
};
export type HistoryRow = Row<typeof rowShape>;

/** Rows before a sequence, of a type where one is given. */
export interface Slice {
  before?: number | undefined;
  type?: ShownType | undefined;
  count: number;
}

/** What a person has, and how it came and went. */
@Injectable()
export class CoinHistory {
  constructor(private readonly database: Database) {}

  async totals(userId: number): Promise<CoinTotals> {
    const totals = await this.database.row(
      totalsShape,
      `SELECT u.teo_coins AS balance, u.teo_sequence AS "transactionCount", p.total_teocoins_earned AS "totalEarned"
       FROM users_user u JOIN users_userprogress p ON p.user_id = u.id WHERE u.id = $1`,
      [userId],
    );
    return totals as CoinTotals;
  }

  /** Newest first, in one statement: the page first, then who was on the other side of its transfers. */
  list(userId: number, { before = Number.MAX_SAFE_INTEGER, type, count }: Slice): Promise<HistoryRow[]> {
    return this.database.rows(
      rowShape,
      `SELECT t.id, t.sequence, t.transaction_type AS type, t.amount, t.description,
         t.related_object_type AS "relatedObjectType", t.related_object_id AS "relatedObjectId",
         t.balance_after AS "balanceAfter", t.created_at AS "createdAt", t.blockchain_tx_hash AS "blockchainTxHash",
         t.is_blockchain_confirmed AS "isBlockchainConfirmed", c.id AS "counterpartId", c.username AS "counterpartName"
       FROM (
         SELECT * FROM rewards_teocointransaction
         WHERE user_id = $1 AND sequence < $2${condition(type)} ORDER BY sequence DESC LIMIT $3) AS t
       LEFT JOIN users_user c ON c.id = COALESCE(t.recipient_id, ${senderOf('t')})
       ORDER BY t.sequence DESC`,
      [userId, before, count],
    );
  }

  async count(userId: number, type?: ShownType): Promise<number> {
    const sql = `SELECT count(*) AS total FROM rewards_teocointransaction WHERE user_id = $1${condition(type)}`;
    return (await this.database.row({ total: int }, sql, [userId]))?.total ?? 0;
  }
}

const condition = (type?: ShownType): string => (type ? ` AND ${typeIn(typesShownAs(type))}` : '');

/** CASE, so that only a received transfer looks for its other leg: an operation of ten thousand rewards has as many rows. */
const senderOf = (alias: string): string =>
  `CASE WHEN ${alias}.transaction_type = 'transfer_received' THEN (
     SELECT s.user_id FROM rewards_teocointransaction s
     WHERE s.operation_id = ${alias}.operation_id AND s.recipient_id = ${alias}.user_id LIMIT 1) END`;
