import type { Wallet } from 'ethers';
import { LedgerAudit, type Violation } from '../../src/modules/rewards';
import { unitsPerCoin } from '../../src/modules/chain/settings/token';
import type { Environment } from '../../src/platform/config/config';
import { bool, int, text } from '../../src/platform/database/columns';
import { done } from '../journeys/cast';
import type { LocalChain } from '../support/chain';
import { School, type Client } from '../support/school';
import { endow } from '../rewards/ledger-state';
import { createWallet } from './unreachable-chain';

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
  client: Client;
  wallet: Wallet;
  walletId: number;
}

/** A school that polls a chain when the test says so. */
export class SchoolOnChain {
  private people = 0;

  private constructor(
    readonly app: School,
    readonly chain: LocalChain,
  ) {}

  static async open(
    chain: LocalChain,
    options: { url?: string; environment?: Environment; rpcUrls?: readonly string[] } = {},
  ): Promise<SchoolOnChain> {
    const environment = { ...chainEnvironment(chain, options.rpcUrls), ...options.environment };
    const school = await School.open({ environment, ...(options.url ? { url: options.url } : {}) });
    return new SchoolOnChain(school, chain);
  }

  close = (): Promise<void> => this.app.close();

  /** One run of the poller. */
  poll = (): Promise<any> => this.app.job('rewards:poll-chain');

  async mine(blocks = 1): Promise<void> {
    await this.chain.mine(blocks);
    await this.poll();
  }

  async createHolder(coins: number): Promise<Holder> {
    const wallet = this.chain.wallets[this.people++ % this.chain.wallets.length]!;
    const client = await this.app.student();
    if (coins > 0) await endow(this.app, client.id, coins);
    return { client, wallet, walletId: await createWallet(client, wallet) };
  }

  async withdraw({ client, walletId }: Holder, amount: number): Promise<number> {
    return (await done(client.post('/coins/withdrawals', { walletId, amount }))).id as number;
  }

  getWithdrawal = ({ client }: Holder, id: number): Promise<any> => done(client.get(`/coins/withdrawals/${id}`));

  async balance({ client }: Holder): Promise<number> {
    return (await done(client.get('/me/coins'))).balance as number;
  }

  /** Whole coins of the person on the chain. */
  async walletCoins({ wallet }: Holder): Promise<number> {
    return Number((await this.chain.balanceOf(wallet.address)) / unitsPerCoin);
  }

  /** The violations that the audit finds. */
  async listViolations(): Promise<Violation[]> {
    return (await this.app.part(LedgerAudit).run()).violations;
  }

  /** Advances the clock, so that transactions are sent again or count as stuck. */
  advanceClock(seconds: number): void {
    this.app.clock.stopAt(new Date(this.app.clock.now().getTime() + seconds * 1_000));
  }

  /** Runs a poll that must fail, and returns the reason. */
  async reasonOfFailedPoll(): Promise<string> {
    const error: unknown = await this.poll().then(
      () => new Error('it did not fail'),
      (reason: unknown) => reason,
    );
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }

  /** The cursor and the halt of the hot wallet. */
  async getCursor() {
    const cursor = await this.app.database.row(
      {
        ...{ final: int, finalHash: text, treasuryUnits: text, underfunded: bool, faults: int, halted: bool },
        why: text,
      },
      `SELECT c.final_number AS final, c.final_hash AS "finalHash", c.treasury_units AS "treasuryUnits", c.underfunded,
         c.faults, w.halted_at IS NOT NULL AS halted, w.halt_reason AS why
       FROM rewards_chain_cursor c JOIN rewards_hot_wallet w ON w.address = c.treasury`,
    );
    return cursor!;
  }

  /** The signed transactions of a withdrawal, oldest first. */
  listAttempts(id: number) {
    return this.app.database.rows(
      { ...{ kind: text, txHash: text, raw: text, maxFee: text }, refusal: text },
      `SELECT kind, tx_hash AS "txHash", raw, max_fee AS "maxFee", refusal FROM rewards_withdrawal_attempt
       WHERE withdrawal_id = $1 ORDER BY id`,
      [id],
    );
  }

  /** Whether the database contains the signed transaction. */
  async hasAttempt(txHash: string): Promise<boolean> {
    const sql = 'SELECT 1 AS found FROM rewards_withdrawal_attempt WHERE tx_hash = $1';
    return (await this.app.database.row({ found: int }, sql, [txHash])) !== undefined;
  }

  /** The messages of halts that the administrator got, oldest first. */
  async listHaltMessages(admin: Client): Promise<string[]> {
    await this.app.settle();
    const rows = await this.app.database.rows(
      { message: text },
      `SELECT message FROM notifications_notification WHERE user_id = $1 AND notification_type = 'security_alert' ORDER BY id`,
      [admin.id],
    );
    return rows.map(({ message }) => message);
  }

  /** The hashes of the transfers from the treasury to the person that are on the chain now. */
  async listPaymentHashes({ wallet }: Holder): Promise<string[]> {
    const { token, treasury } = this.chain;
    const filter = token.filters.Transfer!(treasury, wallet.address);
    return (await token.queryFilter(filter, 0)).map(({ transactionHash }) => transactionHash);
  }

  /** Every withdrawal, oldest first. */
  listWithdrawals(): Promise<{ id: number; state: string; nonce: number }[]> {
    return this.app.database.rows(
      { id: int, state: text, nonce: int },
      'SELECT id, state, COALESCE(nonce, -1) AS nonce FROM rewards_withdrawal ORDER BY id',
    );
  }
}
