import { Injectable } from '@nestjs/common';
import { bool, instant, int, nullable, text, textOf, type Decode, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { isOneOf } from '../../../platform/database/entity';
import { type TransactionType, transactionTypes } from '../../rewards';
import { Chain } from '../settings/chain-settings';
import { ChainNotFollowedYet } from '../chain.errors';
import { isUnexplainedSql } from '../withdrawals/payment-conditions';
import { openStates } from '../withdrawals/withdrawal.entity';

const big: Decode<bigint> = (value) => BigInt(value as string | number);
const parts = (name: string) => ({ [`${name}Coins`]: big, [`${name}High`]: big, [`${name}Low`]: big });

type Sum = 'in' | 'out' | 'lost';
type Part = `${Sum}${'Coins' | 'High' | 'Low'}`;
const shape = {
  ...{ finalNumber: int, finalHash: text, openingUnits: big, treasuryUnits: big, supplyUnits: big },
  ...{ underfunded: bool, observedAt: instant, halted: int, balances: int },
  ...{ inFlight: int, withdrawn: int, deposited: int },
  ...({ ...parts('in'), ...parts('out'), ...parts('lost') } as Record<Part, Decode<bigint>>),
  ...{ type: nullable(textOf<TransactionType>()), total: int },
};

/** The books at one moment: whole TeoCoins, but for units. */
export interface SupplyTotals extends Omit<Row<typeof shape>, 'type' | 'total' | Part> {
  /** Final transfers to the treasury, and those out of it that withdrawals ordered or somebody booked as lost, since the opening. */
  inUnits: bigint;
  outUnits: bigint;
  /** Of `outUnits`, what was booked as lost. */
  lostUnits: bigint;
  /** Σ of the amounts of the ledger's rows; 0 where there is none. */
  ledger: Record<TransactionType, number>;
}

/**
 * Neither engine adds 256 bits exactly, but both add 64: what is above the point, and the first and the last nine digits
 * after it, as three sums.
 */
function sums(name: string): string {
  const padded = `'000000000000000000' || units`;
  const after = (from: number): string => `substr(${padded}, length(${padded}) - ${from}, 9)`;
  const whole = `CASE WHEN length(units) > 18 THEN CAST(substr(units, 1, length(units) - 18) AS bigint) ELSE 0 END`;
  const sum = (part: string): string => `COALESCE(sum(${part}), 0)`;
  return `${sum(whole)} AS "${name}Coins", ${sum(`CAST(${after(17)} AS bigint)`)} AS "${name}High",
    ${sum(`CAST(${after(8)} AS bigint)`)} AS "${name}Low"`;
}

const total = (amount: string, from: string): string => `(SELECT COALESCE(sum(${amount}), 0) FROM ${from})`;

/** All that the proof needs, in one statement: one moment of the books. Reads the whole ledger. */
@Injectable()
export class SupplyQuery {
  constructor(
    private readonly database: Database,
    private readonly chain: Chain,
  ) {}

  /** @throws ChainNotFollowedYet */
  async now(): Promise<SupplyTotals> {
    const rows = await this.database.rows(shape, sql, [this.chain.settings.chainId]);
    const [first] = rows;
    if (!first) throw new ChainNotFollowedYet();
    const { type: _type, total: _total, inCoins, inHigh, inLow, outCoins, outHigh, outLow, ...more } = first;
    const { lostCoins, lostHigh, lostLow, ...facts } = more;
    const ledger = Object.fromEntries(transactionTypes.map((type) => [type, 0])) as Record<TransactionType, number>;
    for (const row of rows) if (row.type !== null) ledger[row.type] = row.total;
    const [inUnits, outUnits] = [joined(inCoins, inHigh, inLow), joined(outCoins, outHigh, outLow)];
    return { ...facts, ledger, inUnits, outUnits, lostUnits: joined(lostCoins, lostHigh, lostLow) };
  }
}

const joined = (coins: bigint, high: bigint, low: bigint): bigint => (coins * 10n ** 9n + high) * 10n ** 9n + low;

const sql = `SELECT c.final_number AS "finalNumber", c.final_hash AS "finalHash", c.opening_units AS "openingUnits",
    c.treasury_units AS "treasuryUnits", c.supply_units AS "supplyUnits", c.underfunded, c.observed_at AS "observedAt",
    (SELECT count(*) FROM rewards_hot_wallet WHERE halted_at IS NOT NULL) AS halted,
    ${total('teo_coins', 'users_user')} AS balances,
    ${total('amount', `rewards_withdrawal WHERE ${isOneOf('state', openStates)}`)} AS "inFlight",
    ${total('amount', `rewards_withdrawal WHERE state = 'confirmed'`)} AS withdrawn,
    ${total('amount', `rewards_deposit WHERE state = 'credited'`)} AS deposited,
    i."inCoins", i."inHigh", i."inLow", o."outCoins", o."outHigh", o."outLow", l."lostCoins", l."lostHigh", l."lostLow", t.type, COALESCE(t.total, 0) AS total
  FROM rewards_chain_cursor c
  CROSS JOIN (SELECT ${sums('in')} FROM rewards_deposit WHERE state <> 'seen') i
  CROSS JOIN (SELECT ${sums('out')} FROM rewards_payout p WHERE NOT (${isUnexplainedSql('p')})) o
  CROSS JOIN (SELECT ${sums('lost')} FROM rewards_payout p JOIN rewards_payout_booking b ON b.payout_id = p.id) l
  LEFT JOIN (SELECT transaction_type AS type, sum(amount) AS total FROM rewards_teocointransaction
    GROUP BY transaction_type) t ON 1 = 1
  WHERE c.chain_id = $1`;
