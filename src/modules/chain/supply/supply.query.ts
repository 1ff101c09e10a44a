import { Injectable } from '@nestjs/common';
import { int, nullable, textOf, type Decode, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { isOneOf } from '../../../platform/database/entity';
import { transactionTypes, type TransactionType } from '../../rewards';
import { ChainNotFollowedYet } from '../chain.errors';
import { ChainConfig } from '../settings/chain-settings';
import { isUnexplainedSql } from '../withdrawals/payment-conditions';
import { openStates } from '../withdrawals/withdrawal.entity';
import { ChainCursor } from '../cursor/chain-cursor.entity';

const bigNumber: Decode<bigint> = (value) => BigInt(value as string | number);

const cursorColumns = columnsOf(ChainCursor, [
  'finalNumber',
  'finalHash',
  'openingUnits',
  'treasuryUnits',
  'supplyUnits',
  'underfunded',
  'observedAt',
]);
const shape = {
  ...cursorColumns.shape,
  openingUnits: bigNumber,
  treasuryUnits: bigNumber,
  supplyUnits: bigNumber,
  halted: int,
  balances: int,
  inFlight: int,
  withdrawn: int,
  deposited: int,
  /** Final transfers to the treasury, and those out of it that belong to a withdrawal or are booked as lost, since the opening. */
  inUnits: decodeUnits,
  outUnits: decodeUnits,
  /** The part of `outUnits` that was booked as lost. */
  lostUnits: decodeUnits,
  type: nullable(textOf<TransactionType>()),
  total: int,
};

/** All sums are of the same moment. Amounts are in whole TeoCoins, except those that end in `Units`. */
export interface SupplyTotals extends Omit<Row<typeof shape>, 'type' | 'total'> {
  /** The sum of the ledger rows of each type. 0 if there are none. */
  ledger: Record<TransactionType, number>;
}

/**
 * Sums a column of units exactly. Both engines can add numbers of 64 bits, but not of 256 bits. Therefore three sums are built: of the whole
 * coins, of the first nine digits after the decimal point, and of the last nine digits. They are returned as one text: `coins:high:low`.
 */
function sumUnitsSql(fromSql: string): string {
  const paddedSql = `'000000000000000000' || units`;
  const coinsSql = `CASE WHEN length(units) > 18 THEN CAST(substr(units, 1, length(units) - 18) AS bigint) ELSE 0 END`;
  const highSql = `CAST(substr(${paddedSql}, length(${paddedSql}) - 17, 9) AS bigint)`;
  const lowSql = `CAST(substr(${paddedSql}, length(${paddedSql}) - 8, 9) AS bigint)`;
  return `(SELECT COALESCE(sum(${coinsSql}), 0) || ':' || COALESCE(sum(${highSql}), 0) || ':' || COALESCE(sum(${lowSql}), 0)
    FROM ${fromSql})`;
}

/** Decodes the text `coins:high:low`. */
function decodeUnits(value: unknown): bigint {
  const billion = 10n ** 9n;
  const [coins, high, low] = (value as string).split(':').map(BigInt) as [bigint, bigint, bigint];
  return coins * billion * billion + high * billion + low;
}

const sumSql = (column: string, fromSql: string): string => `(SELECT COALESCE(sum(${column}), 0) FROM ${fromSql})`;

const explainedPayoutsSql = `rewards_payout payout WHERE NOT (${isUnexplainedSql('payout')})`;
const bookedPayoutsSql = 'rewards_payout payout JOIN rewards_payout_booking booking ON booking.payout_id = payout.id';
const totalsByTypeSql = `SELECT transaction_type AS type, sum(amount) AS total FROM rewards_teocointransaction
  GROUP BY transaction_type`;

/** One row for each type of transaction, or one row without a type if the ledger is empty. The other columns are the same in every row. */
const totalsSql = `SELECT ${cursorColumns.columns('cursor')},
    (SELECT count(*) FROM rewards_hot_wallet WHERE halted_at IS NOT NULL) AS halted,
    ${sumSql('teo_coins', 'users_user')} AS balances,
    ${sumSql('amount', `rewards_withdrawal WHERE ${isOneOf('state', openStates)}`)} AS "inFlight",
    ${sumSql('amount', `rewards_withdrawal WHERE state = 'confirmed'`)} AS withdrawn,
    ${sumSql('amount', `rewards_deposit WHERE state = 'credited'`)} AS deposited,
    ${sumUnitsSql(`rewards_deposit WHERE state <> 'seen'`)} AS "inUnits",
    ${sumUnitsSql(explainedPayoutsSql)} AS "outUnits",
    ${sumUnitsSql(bookedPayoutsSql)} AS "lostUnits",
    by_type.type, COALESCE(by_type.total, 0) AS total
  FROM rewards_chain_cursor cursor LEFT JOIN (${totalsByTypeSql}) by_type ON 1 = 1
  WHERE cursor.chain_id = $1`;

/** Reads all sums in one statement, so that they are of the same moment. The statement reads the whole ledger. */
@Injectable()
export class SupplyQuery {
  constructor(
    private readonly database: Database,
    private readonly chain: ChainConfig,
  ) {}

  /** @throws ChainNotFollowedYet */
  async getTotals(): Promise<SupplyTotals> {
    const rows = await this.database.rows(shape, totalsSql, [this.chain.settings.chainId]);
    const [firstRow] = rows;
    if (!firstRow) throw new ChainNotFollowedYet();
    const { type: _type, total: _total, ...totals } = firstRow;
    const zeros = transactionTypes.map((type) => [type, 0]);
    const ledger = Object.fromEntries(zeros) as Record<TransactionType, number>;
    for (const { type, total } of rows) {
      if (type !== null) ledger[type] = total;
    }
    return { ...totals, ledger };
  }
}
