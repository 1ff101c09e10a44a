import type { Wallet } from 'ethers';
import { LedgerAudit } from '../../../src/modules/rewards';
import { unitsPerCoin } from '../../../src/modules/rewards/chain/token';
import type { Environment } from '../../../src/platform/config/config';
import { int, text } from '../../../src/platform/database/columns';
import { done } from '../../journeys/cast';
import type { LocalChain } from '../../support/chain';
import { School, type Client } from '../../support/school';
import { endow } from '../books';
import { aWalletOf } from './silent-chain';

/** How deep is final in the tests: short, so that a test can mine past it. */
export const confirmations = 4;

export const chainEnvironment = (chain: LocalChain, rpcUrls: readonly string[] = [chain.rpcUrl]): Environment => ({
  CHAIN_RPC_URL: rpcUrls.join(','),
  CHAIN_ID: String(chain.chainId),
  CHAIN_CONTRACT: chain.contract,
  CHAIN_PRIVATE_KEY: chain.treasuryKey,
  CHAIN_CONFIRMATIONS: String(confirmations),
  CHAIN_FINALIZED_TAG: 'off',
  CHAIN_RPC_TIMEOUT_MS: '2000',
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
  async violations(): Promise<unknown[]> {
    return (await this.school.part(LedgerAudit).run()).violations;
  }

  /** Every withdrawal, oldest first. */
  states(): Promise<{ id: number; state: string; nonce: number }[]> {
    return this.school.database.rows(
      { id: int, state: text, nonce: int },
      'SELECT id, state, COALESCE(nonce, -1) AS nonce FROM rewards_withdrawal ORDER BY id',
    );
  }
}
