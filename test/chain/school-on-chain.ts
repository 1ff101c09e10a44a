import type { Wallet } from 'ethers';
import { LedgerAudit, type Violation } from '../../src/modules/rewards';
import { unitsPerCoin } from '../../src/modules/chain/settings/token';
import type { Environment } from '../../src/platform/config/config';
import { bool, int, text } from '../../src/platform/database/columns';
import { done } from '../journeys/cast';
import type { LocalChain } from '../support/chain';
import { School, type Client } from '../support/school';
import { endow } from '../rewards/ledger-state';
import { aWalletOf } from './unreachable-chain';

/** Small, so that a test can mine enough blocks for finality. */
export const confirmations = 4;

export const chainEnvironment = (chain: LocalChain, rpcUrls: readonly string[] = [chain.rpcUrl]): Environment => ({
  CHAIN_RPC_URL: rpcUrls.join(','),
  CHAIN_ID: String(chain.chainId),
  CHAIN_CONTRACT: chain.contract,
  CHAIN_PRIVATE_KEY: chain.treasuryKey,
  CHAIN_CONFIRMATIONS: String(confirmations),
  CHAIN_FINALIZED_TAG: 'off',
  // As in production, because a node can be late on a busy machine and this must not count as a fault.
  CHAIN_RPC_TIMEOUT_MS: '10000',
  WALLET_COOLDOWN_MINUTES: '0',
});

/** A student with coins and a linked wallet. */
export interface Holder {
  ask: Client;
  wallet: Wallet;
  walletId: number;
}

/** A school that polls a chain when the test says so. */
export class SchoolOnChain {
  private people = 0;

  private constructor(
    readonly school: School,
    readonly chain: LocalChain,
  ) {}

  static async open(
    chain: LocalChain,
    more: { url?: string; environment?: Environment; rpcUrls?: readonly string[] } = {},
  ): Promise<SchoolOnChain> {
    const environment = { ...chainEnvironment(chain, more.rpcUrls), ...more.environment };
    const school = await School.open({ environment, ...(more.url ? { url: more.url } : {}) });
    return new SchoolOnChain(school, chain);
  }

  close = (): Promise<void> => this.school.close();

  /** One run of the poller. */
  poll = (): Promise<any> => this.school.job('rewards:poll-chain');

  async mine(blocks = 1): Promise<void> {
    await this.chain.mine(blocks);
    await this.poll();
  }

  async holder(coins: number): Promise<Holder> {
    const wallet = this.chain.wallets[this.people++ % this.chain.wallets.length]!;
    const ask = await this.school.student();
    if (coins > 0) await endow(this.school, ask.id, coins);
    return { ask, wallet, walletId: await aWalletOf(ask, wallet) };
  }

  async withdraws({ ask, walletId }: Holder, amount: number): Promise<number> {
    return (await done(ask.post('/coins/withdrawals', { walletId, amount }))).id as number;
  }

  withdrawal = ({ ask }: Holder, id: number): Promise<any> => done(ask.get(`/coins/withdrawals/${id}`));

  async balance({ ask }: Holder): Promise<number> {
    return (await done(ask.get('/me/coins'))).balance as number;
  }

  /** Whole coins of the person on the chain. */
  async onChain({ wallet }: Holder): Promise<number> {
    return Number((await this.chain.balanceOf(wallet.address)) / unitsPerCoin);
  }

  /** The violations that the audit finds. */
  async violations(): Promise<Violation[]> {
    return (await this.school.part(LedgerAudit).run()).violations;
  }

  /** Advances the clock, so that transactions are sent again or count as stuck. */
  advanceClock(seconds: number): void {
    this.school.clock.stopAt(new Date(this.school.clock.now().getTime() + seconds * 1_000));
  }

  /** Runs a poll that must fail, and returns the reason. */
  async pollFails(): Promise<string> {
    const error: unknown = await this.poll().then(
      () => new Error('it did not fail'),
      (reason: unknown) => reason,
    );
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }

  /** The cursor and the halt of the hot wallet. */
  async cursor() {
    const marks = await this.school.database.row(
      {
        ...{ final: int, finalHash: text, treasuryUnits: text, underfunded: bool, faults: int, halted: bool },
        why: text,
      },
      `SELECT c.final_number AS final, c.final_hash AS "finalHash", c.treasury_units AS "treasuryUnits", c.underfunded,
         c.faults, w.halted_at IS NOT NULL AS halted, w.halt_reason AS why
       FROM rewards_chain_cursor c JOIN rewards_hot_wallet w ON w.address = c.treasury`,
    );
    return marks!;
  }

  /** The signed transactions of a withdrawal, oldest first. */
  attempts(id: number) {
    return this.school.database.rows(
      { ...{ kind: text, txHash: text, raw: text, maxFee: text }, refusal: text },
      `SELECT kind, tx_hash AS "txHash", raw, max_fee AS "maxFee", refusal FROM rewards_withdrawal_attempt
       WHERE withdrawal_id = $1 ORDER BY id`,
      [id],
    );
  }

  /** Whether the database contains the signed transaction. */
  async knows(txHash: string): Promise<boolean> {
    const sql = 'SELECT 1 AS found FROM rewards_withdrawal_attempt WHERE tx_hash = $1';
    return (await this.school.database.row({ found: int }, sql, [txHash])) !== undefined;
  }

  /** The messages of halts that the administrator got, oldest first. */
  async haltMessages(admin: Client): Promise<string[]> {
    await this.school.settle();
    const rows = await this.school.database.rows(
      { message: text },
      `SELECT message FROM notifications_notification WHERE user_id = $1 AND notification_type = 'security_alert' ORDER BY id`,
      [admin.id],
    );
    return rows.map(({ message }) => message);
  }

  /** The hashes of the transfers from the treasury to the person that are on the chain now. */
  async paymentsTo({ wallet }: Holder): Promise<string[]> {
    const { token, treasury } = this.chain;
    const filter = token.filters.Transfer!(treasury, wallet.address);
    return (await token.queryFilter(filter, 0)).map(({ transactionHash }) => transactionHash);
  }

  /** Every withdrawal, oldest first. */
  states(): Promise<{ id: number; state: string; nonce: number }[]> {
    return this.school.database.rows(
      { id: int, state: text, nonce: int },
      'SELECT id, state, COALESCE(nonce, -1) AS nonce FROM rewards_withdrawal ORDER BY id',
    );
  }
}
