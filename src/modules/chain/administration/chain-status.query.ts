import { Injectable } from '@nestjs/common';
import { instant, int, nullable, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { ChainConfig } from '../settings/chain-settings';
import { isUnexplainedSql, isWithheldSql } from '../withdrawals/payment-conditions';
import { openStates, withdrawalStates, type WithdrawalState } from '../withdrawals/withdrawal.entity';
import { ChainCursor } from '../cursor/chain-cursor.entity';
import { HotWallet } from '../cursor/hot-wallet.entity';

const cursorColumns = columnsOf(ChainCursor, [
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
  ...cursorColumns.optionalShape,
  haltedWalletCount: int,
  balances: int,
  unattributedCount: int,
  unattributedAmount: int,
  unexplainedCount: int,
  withheldCount: int,
};
/** Facts for the status and the metrics. Before the first poll the fields of the cursor are null. Amounts are in whole TeoCoins. */
export type ChainFacts = Row<typeof factsShape>;

const tallyShape = { state: textOf<WithdrawalState>(), count: int, amount: int, oldestAt: nullable(instant) };
/** The number and the sum of the withdrawals in one state. */
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
    const unattributedSql = `SELECT count(*) AS count, COALESCE(sum(amount), 0) AS amount FROM rewards_deposit
      WHERE state = 'unattributed'`;
    const sql = `SELECT ${cursorColumns.columns('cursor')},
        (SELECT count(*) FROM rewards_hot_wallet WHERE halted_at IS NOT NULL) AS "haltedWalletCount",
        (SELECT COALESCE(sum(teo_coins), 0) FROM users_user) AS balances,
        (SELECT count(*) FROM rewards_payout payout WHERE ${isUnexplainedSql('payout')}) AS "unexplainedCount",
        (SELECT count(*) FROM rewards_withdrawal withdrawal WHERE withdrawal.state = 'reserved'
          AND NOT withdrawal.cancelling AND ${isWithheldSql('withdrawal')}) AS "withheldCount",
        unattributed.count AS "unattributedCount", unattributed.amount AS "unattributedAmount"
      FROM (${unattributedSql}) unattributed LEFT JOIN rewards_chain_cursor cursor ON cursor.chain_id = $1`;
    return (await this.database.row(factsShape, sql, [this.chain.settings.chainId]))!;
  }

  /** One tally for each state, also for states without withdrawals. */
  async listTallies(): Promise<WithdrawalTally[]> {
    const sql = `SELECT state, count(*) AS count, sum(amount) AS amount, min(requested_at) AS "oldestAt"
      FROM rewards_withdrawal GROUP BY state`;
    const tallies = await this.database.rows(tallyShape, sql);
    const tallyByState = new Map(tallies.map((tally) => [tally.state, tally]));
    return withdrawalStates.map((state) => tallyByState.get(state) ?? { state, count: 0, amount: 0, oldestAt: null });
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
