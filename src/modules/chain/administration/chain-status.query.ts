import { Injectable } from '@nestjs/common';
import { bool, instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Chain } from '../settings/chain-settings';
import { isUnexplainedSql, isWithheldSql } from '../withdrawals/payment-conditions';
import { openStates, withdrawalStates, type WithdrawalState } from '../withdrawals/withdrawal.entity';

const factsShape = {
  ...{ contract: nullable(text), treasury: nullable(text), openingNumber: nullable(int) },
  ...{ headNumber: nullable(int), headHash: nullable(text), finalNumber: nullable(int), finalHash: nullable(text) },
  ...{ treasuryUnits: nullable(text), observedAt: nullable(instant), faults: nullable(int), lastFault: nullable(text) },
  ...{ underfunded: nullable(bool), halted: int, balances: int, unattributed: int, unattributedAmount: int },
  ...{ unexplained: int, withheld: int },
};
/** Of the chain, null before it was looked at; how many hot wallets are halted; whole TeoCoins. */
export type ChainFacts = Row<typeof factsShape>;

const tallyShape = {
  state: textOf<WithdrawalState>(),
  count: int,
  amount: int,
  oldestAt: nullable(instant),
};
export type Tally = Row<typeof tallyShape>;

const walletShape = {
  ...{ address: text, firstNonce: int, nextNonce: int, headNonce: int, finalNonce: int },
  ...{ haltedAt: nullable(instant), haltReason: text },
};
export type HotWalletRow = Row<typeof walletShape>;
const walletColumns = `address, first_nonce AS "firstNonce", next_nonce AS "nextNonce", head_nonce AS "headNonce",
  final_nonce AS "finalNonce", halted_at AS "haltedAt", halt_reason AS "haltReason"`;

/** How the chain stands, for people and for monitors. */
@Injectable()
export class ChainStatusQuery {
  constructor(
    private readonly database: Database,
    private readonly chain: Chain,
  ) {}

  async facts(): Promise<ChainFacts> {
    const facts = await this.database.row(
      factsShape,
      `SELECT c.contract, c.treasury, c.opening_number AS "openingNumber", c.head_number AS "headNumber",
         c.head_hash AS "headHash", c.final_number AS "finalNumber", c.final_hash AS "finalHash",
         c.treasury_units AS "treasuryUnits", c.observed_at AS "observedAt", c.faults, c.last_fault AS "lastFault",
         c.underfunded, (SELECT count(*) FROM rewards_hot_wallet WHERE halted_at IS NOT NULL) AS halted,
         (SELECT COALESCE(sum(teo_coins), 0) FROM users_user) AS balances,
         (SELECT count(*) FROM rewards_payout p WHERE ${isUnexplainedSql('p')}) AS unexplained,
         (SELECT count(*) FROM rewards_withdrawal w WHERE w.state = 'reserved' AND NOT w.cancelling AND ${isWithheldSql('w')}) AS withheld,
         d.count AS unattributed, d.amount AS "unattributedAmount"
       FROM (SELECT count(*) AS count, COALESCE(sum(amount), 0) AS amount FROM rewards_deposit
         WHERE state = 'unattributed') d LEFT JOIN rewards_chain_cursor c ON c.chain_id = $1`,
      [this.chain.settings.chainId],
    );
    return facts as ChainFacts;
  }

  /** Of every state, also where there is none. */
  async tallies(): Promise<Tally[]> {
    const found = await this.database.rows(
      tallyShape,
      `SELECT state, count(*) AS count, sum(amount) AS amount, min(requested_at) AS "oldestAt"
       FROM rewards_withdrawal GROUP BY state`,
    );
    const none = { count: 0, amount: 0, oldestAt: null };
    return withdrawalStates.map((state) => found.find((tally) => tally.state === state) ?? { state, ...none });
  }

  hotWallets(): Promise<HotWalletRow[]> {
    return this.database.rows(walletShape, `SELECT ${walletColumns} FROM rewards_hot_wallet ORDER BY id`);
  }

  hotWallet(address: string): Promise<HotWalletRow | undefined> {
    const sql = `SELECT ${walletColumns} FROM rewards_hot_wallet WHERE address = $1`;
    return this.database.row(walletShape, sql, [address]);
  }
}

/** Whole TeoCoins that are neither with people nor on the chain for good. */
export function inFlightOf(tallies: readonly Tally[]): number {
  const open = tallies.filter(({ state }) => (openStates as readonly string[]).includes(state));
  return open.reduce((sum, { amount }) => sum + amount, 0);
}
