import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Contract, type ContractRunner, type TransactionResponse, Wallet } from 'ethers';
import { type Companion, startCompanion } from './child-script';
import { EvmNode } from './evm-node';

/** What the supervisor says when the chain is ready. */
interface Announcement {
  rpcUrl: string;
  chainId: number;
  contract: string;
  treasury: string;
  treasuryKey: string;
  personKeys: string[];
}

export interface ChainOptions {
  /** Off: blocks come from `mine` only. On unless said otherwise. */
  automine?: boolean;
  /** `finalized` is twice as many blocks behind the head. One unless said otherwise, so that a short chain has a final block. */
  slotsInAnEpoch?: number;
}

/** Fees and nonce of a transaction that is signed without asking the node. */
export interface Terms {
  nonce: number;
  maxFeePerGas?: bigint;
  maxPriorityFeePerGas?: bigint;
}

const gwei = 10n ** 9n;
const { abi } = JSON.parse(readFileSync(path.join(__dirname, '../../contracts/TeoCoin.json'), 'utf8')) as { abi: [] };

/**
 * A real chain with the coin on it, as new for each `start`. Where `TEST_EVM_RPC_URL` names an anvil, that one is
 * emptied and used: one test file at a time (`--runInBand`).
 */
export class LocalChain extends EvmNode {
  readonly contract: string;
  readonly treasury: string;
  readonly treasuryKey: string;
  /** Persons with ether for their fees and without coins. */
  readonly wallets: readonly Wallet[];
  readonly treasuryWallet: Wallet;
  /** Spoken to by the treasury; `tokenOf` for somebody else. */
  readonly token: Contract;

  private constructor(
    private readonly supervisor: Companion,
    { rpcUrl, chainId, personKeys, ...coin }: Announcement,
  ) {
    super(rpcUrl, chainId);
    this.contract = coin.contract;
    this.treasury = coin.treasury;
    this.treasuryKey = coin.treasuryKey;
    this.wallets = personKeys.map((key) => new Wallet(key, this.provider));
    this.treasuryWallet = new Wallet(coin.treasuryKey, this.provider);
    this.token = this.tokenOf(this.treasuryWallet);
  }

  /** @throws when it does not start; its own message is on stderr */
  static async start({ automine = true, slotsInAnEpoch = 1 }: ChainOptions = {}): Promise<LocalChain> {
    const given = process.env.TEST_EVM_RPC_URL;
    const args = ['--slots-in-an-epoch', String(slotsInAnEpoch), ...(given ? ['--node', given] : [])];
    const supervisor = await startCompanion('../../scripts/local-chain.mjs', args);
    const chain = new LocalChain(supervisor, JSON.parse(supervisor.announcement) as Announcement);
    await chain.setAutomine(automine);
    return chain;
  }

  tokenOf(runner: ContractRunner): Contract {
    return new Contract(this.contract, abi, runner);
  }

  /** In units of 10^-18 TeoCoin. */
  async balanceOf(address: string): Promise<bigint> {
    return (await this.token.getFunction('balanceOf')(address)) as bigint;
  }

  /** From the treasury, as a withdrawal does. */
  async fund(address: string, units: bigint): Promise<TransactionResponse> {
    return this.transfer(this.treasuryWallet, address, units);
  }

  /** A person's deposit. */
  async transferToTreasury(person: number, units: bigint): Promise<TransactionResponse> {
    return this.transfer(this.wallets[person]!, this.treasury, units);
  }

  async transfer(from: Wallet, to: string, units: bigint): Promise<TransactionResponse> {
    return (await this.tokenOf(from).getFunction('transfer')(to, units)) as TransactionResponse;
  }

  /** A transfer as raw bytes, not sent. Its hash is their keccak256. */
  async signTransfer(from: Wallet, to: string, units: bigint, terms: Terms): Promise<string> {
    return from.signTransaction({
      chainId: this.chainId,
      type: 2,
      to: this.contract,
      data: this.token.interface.encodeFunctionData('transfer', [to, units]),
      gasLimit: 120_000n,
      maxFeePerGas: 100n * gwei,
      maxPriorityFeePerGas: gwei,
      ...terms,
    });
  }

  async stop(): Promise<void> {
    this.provider.destroy();
    await this.supervisor.end();
  }
}
