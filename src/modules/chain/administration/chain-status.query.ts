import { Injectable } from '@nestjs/common';
import { bool, instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { ChainConfig } from '../settings/chain-settings';
import { isUnexplainedSql, isWithheldSql } from '../withdrawals/payment-conditions';
import { openStates, withdrawalStates, type WithdrawalState } from '../withdrawals/withdrawal.entity';

const factsShape = {
  openingNumber: nullable(int),
  headNumber: nullable(int),
  headHash: nullable(text),
  finalNumber: nullable(int),
  finalHash: nullable(text),
  treasuryUnits: nullable(text),
  observedAt: nullable(instant),
  faults: nullable(int),
  lastFault: nullable(text),
  underfunded: nullable(bool),
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

const walletShape = {
  address: text,
  firstNonce: int,
  nextNonce: int,
  headNonce: int,
  finalNonce: int,
  haltedAt: nullable(instant),
  haltReason: text,
};
export type HotWalletRow = Row<typeof walletShape>;
const walletSql = `SELECT address, first_nonce AS "firstNonce", next_nonce AS "nextNonce", head_nonce AS "headNonce",
  final_nonce AS "finalNonce", halted_at AS "haltedAt", halt_reason AS "haltReason" FROM rewards_hot_wallet`;

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
    const sql = `SELECT cursor.opening_number AS "openingNumber", cursor.head_number AS "headNumber",
        cursor.head_hash AS "headHash", cursor.final_number AS "finalNumber", cursor.final_hash AS "finalHash",
        cursor.treasury_units AS "treasuryUnits", cursor.observed_at AS "observedAt", cursor.faults,
        cursor.last_fault AS "lastFault", cursor.underfunded,
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
