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

const cursor = columnsOf(ChainCursor, [
  'finalNumber',
  'finalHash',
  'openingUnits',
  'treasuryUnits',
  'supplyUnits',
  'underfunded',
  'observedAt',
]);
const shape = {
  ...cursor.shape,
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

/** All sums at one moment. Amounts are in whole TeoCoins, except those that end in `Units`. */
export interface SupplyTotals extends Omit<Row<typeof shape>, 'type' | 'total'> {
  /** The sum of the ledger for each type, or 0. */
  ledger: Record<TransactionType, number>;
}

/**
 * Sums a column of units exactly. Neither engine can add numbers of 256 bits, but both can add 64 bits. So the coins, the first nine and
 * the last nine digits after the decimal point are added apart and returned as a text: `coins:high:low`.
 */
function sumOfUnitsSql(rows: string): string {
  const padded = `'000000000000000000' || units`;
  const nineDigits = (from: number): string => `CAST(substr(${padded}, length(${padded}) - ${from}, 9) AS bigint)`;
  const coins = `CASE WHEN length(units) > 18 THEN CAST(substr(units, 1, length(units) - 18) AS bigint) ELSE 0 END`;
  const sums = [coins, nineDigits(17), nineDigits(8)].map((part) => `COALESCE(sum(${part}), 0)`);
  return `(SELECT ${sums.join(` || ':' || `)} FROM ${rows})`;
}

function decodeUnits(value: unknown): bigint {
  const [coins, high, low] = (value as string).split(':').map(BigInt) as [bigint, bigint, bigint];
  return (coins * 10n ** 9n + high) * 10n ** 9n + low;
}

const sumSql = (amount: string, rows: string): string => `(SELECT COALESCE(sum(${amount}), 0) FROM ${rows})`;

const totalsSql = `SELECT ${cursor.columns('c')},
    (SELECT count(*) FROM rewards_hot_wallet WHERE halted_at IS NOT NULL) AS halted,
    ${sumSql('teo_coins', 'users_user')} AS balances,
    ${sumSql('amount', `rewards_withdrawal WHERE ${isOneOf('state', openStates)}`)} AS "inFlight",
    ${sumSql('amount', `rewards_withdrawal WHERE state = 'confirmed'`)} AS withdrawn,
    ${sumSql('amount', `rewards_deposit WHERE state = 'credited'`)} AS deposited,
    ${sumOfUnitsSql(`rewards_deposit WHERE state <> 'seen'`)} AS "inUnits",
    ${sumOfUnitsSql(`rewards_payout p WHERE NOT (${isUnexplainedSql('p')})`)} AS "outUnits",
    ${sumOfUnitsSql('rewards_payout p JOIN rewards_payout_booking b ON b.payout_id = p.id')} AS "lostUnits",
    t.type, COALESCE(t.total, 0) AS total
  FROM rewards_chain_cursor c
  LEFT JOIN (SELECT transaction_type AS type, sum(amount) AS total FROM rewards_teocointransaction
    GROUP BY transaction_type) t ON 1 = 1
  WHERE c.chain_id = $1`;

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
    const [first] = rows;
    if (!first) throw new ChainNotFollowedYet();
    const { type: _type, total: _total, ...totals } = first;
    const ledger = Object.fromEntries(transactionTypes.map((type) => [type, 0])) as Record<TransactionType, number>;
    for (const row of rows) if (row.type !== null) ledger[row.type] = row.total;
    return { ...totals, ledger };
  }
}
