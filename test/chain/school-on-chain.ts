import type { Wallet } from 'ethers';
import { LedgerAudit, type Violation } from '../../src/modules/rewards';
import { unitsPerCoin } from '../../src/modules/chain/settings/token';
import type { Environment } from '../../src/platform/config/config';
import { bool, int, text } from '../../src/platform/database/columns';
import { done } from '../journeys/cast';
import type { LocalChain } from '../support/chain';
import { School, type Client } from '../support/school';
import { endow } from '../rewards/books';
import { aWalletOf } from './unreachable-chain';

/** How deep is final in the tests: short, so that a test can mine past it. */
export const confirmations = 4;

export const chainEnvironment = (chain: LocalChain, rpcUrls: readonly string[] = [chain.rpcUrl]): Environment => ({
  CHAIN_RPC_URL: rpcUrls.join(','),
  CHAIN_ID: String(chain.chainId),
  CHAIN_CONTRACT: chain.contract,
  CHAIN_PRIVATE_KEY: chain.treasuryKey,
  CHAIN_CONFIRMATIONS: String(confirmations),
  CHAIN_FINALIZED_TAG: 'off',
  // The patience of production: on a busy machine a node is late, and that is no fault that a test has asked for.
  CHAIN_RPC_TIMEOUT_MS: '10000',
  WALLET_COOLDOWN_MINUTES: '0',
});

/** A student with coins and a wallet of their own, linked by its own signature. */
export interface Holder {
  ask: Client;
  wallet: Wallet;
  walletId: number;
}

/** A school that follows a chain, one look at a time. */
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
  tick = (): Promise<any> => this.school.job('rewards:poll-chain');

  async mine(blocks = 1): Promise<void> {
    await this.chain.mine(blocks);
    await this.tick();
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

  /** Whole coins the chain has for them. */
  async onChain({ wallet }: Holder): Promise<number> {
    return Number((await this.chain.balanceOf(wallet.address)) / unitsPerCoin);
  }

  /** What the audit finds wrong with the books; nothing, if all is well. */
  async violations(): Promise<Violation[]> {
    return (await this.school.part(LedgerAudit).run()).violations;
  }

  /** So many seconds later: what was sent then may be sent again, or be stuck. */
  later(seconds: number): void {
    this.school.clock.stopAt(new Date(this.school.clock.now().getTime() + seconds * 1_000));
  }

  /** A tick that must fail; gives the reason. */
  async fails(): Promise<string> {
    const error: unknown = await this.tick().then(
      () => new Error('it did not fail'),
      (reason: unknown) => reason,
    );
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }

  /** How far the chain is settled, and what became of the account that pays. */
  async marks() {
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

  /** What was signed for a withdrawal, oldest first. */
  attempts(id: number) {
    return this.school.database.rows(
      { ...{ kind: text, txHash: text, raw: text, maxFee: text }, refusal: text },
      `SELECT kind, tx_hash AS "txHash", raw, max_fee AS "maxFee", refusal FROM rewards_withdrawal_attempt
       WHERE withdrawal_id = $1 ORDER BY id`,
      [id],
    );
  }

  /** Whether a transaction is one of those that were committed before they left. */
  async knows(txHash: string): Promise<boolean> {
    const sql = 'SELECT 1 AS found FROM rewards_withdrawal_attempt WHERE tx_hash = $1';
    return (await this.school.database.row({ found: int }, sql, [txHash])) !== undefined;
  }

  /** What an administrator was told about payments that stand still, oldest first. */
  async alarms(admin: Client): Promise<string[]> {
    await this.school.settle();
    const rows = await this.school.database.rows(
      { message: text },
      `SELECT message FROM notifications_notification WHERE user_id = $1 AND notification_type = 'security_alert' ORDER BY id`,
      [admin.id],
    );
    return rows.map(({ message }) => message);
  }

  /** Transfers of the treasury to them, as the chain has them now: the hash of each. */
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
