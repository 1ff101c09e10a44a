import { Injectable } from '@nestjs/common';
import { instant, int, nullable, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { ChainConfig } from '../settings/chain-settings';
import { isUnexplainedSql, isWithheldSql } from '../withdrawals/payment-conditions';
import { openStates, withdrawalStates, type WithdrawalState } from '../withdrawals/withdrawal.entity';
import { ChainCursor } from '../cursor/chain-cursor.entity';
import { HotWallet } from '../cursor/hot-wallet.entity';

const cursor = columnsOf(ChainCursor, [
  'openingNumber',
  'headNumber',
  'headHash',
  'finalNumber',
  'finalHash',
  'treasuryUnits',
  'observedAt',
  'faults',
  'lastFault',
  'underfunded',
]);
const factsShape = {
  ...cursor.optionalShape,
  haltedWalletCount: int,
  balances: int,
  unattributedCount: int,
  unattributedAmount: int,
  unexplainedCount: int,
  withheldCount: int,
};
/** The fields of the cursor are null before the first poll. Amounts are in whole TeoCoins. */
export type ChainFacts = Row<typeof factsShape>;

const tallyShape = { state: textOf<WithdrawalState>(), count: int, amount: int, oldestAt: nullable(instant) };
export type WithdrawalTally = Row<typeof tallyShape>;

const wallet = columnsOf(HotWallet).without('id');
const walletShape = wallet.shape;
export type HotWalletRow = Row<typeof walletShape>;
const walletSql = `SELECT ${wallet.columns()} FROM rewards_hot_wallet`;

/** The status of the chain, for administrators and monitors. */
@Injectable()
export class ChainStatusQuery {
  constructor(
    private readonly database: Database,
    private readonly chain: ChainConfig,
  ) {}

  async getFacts(): Promise<ChainFacts> {
    const sql = `SELECT ${cursor.columns('c')},
        (SELECT count(*) FROM rewards_hot_wallet WHERE halted_at IS NOT NULL) AS "haltedWalletCount",
        (SELECT COALESCE(sum(teo_coins), 0) FROM users_user) AS balances,
        (SELECT count(*) FROM rewards_payout p WHERE ${isUnexplainedSql('p')}) AS "unexplainedCount",
        (SELECT count(*) FROM rewards_withdrawal w
         WHERE w.state = 'reserved' AND NOT w.cancelling AND ${isWithheldSql('w')}) AS "withheldCount",
        d.count AS "unattributedCount", d.amount AS "unattributedAmount"
      FROM (SELECT count(*) AS count, COALESCE(sum(amount), 0) AS amount FROM rewards_deposit
        WHERE state = 'unattributed') d LEFT JOIN rewards_chain_cursor c ON c.chain_id = $1`;
    return (await this.database.row(factsShape, sql, [this.chain.settings.chainId]))!;
  }

  /** Includes the states that no withdrawal is in. */
  async listTallies(): Promise<WithdrawalTally[]> {
    const sql = `SELECT state, count(*) AS count, sum(amount) AS amount, min(requested_at) AS "oldestAt"
      FROM rewards_withdrawal GROUP BY state`;
    const found = await this.database.rows(tallyShape, sql);
    const none = { count: 0, amount: 0, oldestAt: null };
    return withdrawalStates.map((state) => found.find((tally) => tally.state === state) ?? { state, ...none });
  }

  listHotWallets(): Promise<HotWalletRow[]> {
    return this.database.rows(walletShape, `${walletSql} ORDER BY id`);
  }

  async getHotWallet(address: string): Promise<HotWalletRow> {
    return (await this.database.row(walletShape, `${walletSql} WHERE address = $1`, [address]))!;
  }
}

/** The amount of all withdrawals that have not ended, in whole TeoCoins. */
export function inFlightAmountOf(tallies: readonly WithdrawalTally[]): number {
  const open = tallies.filter(({ state }) => (openStates as readonly string[]).includes(state));
  return open.reduce((sum, { amount }) => sum + amount, 0);
}
