import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Contract, type ContractRunner, type TransactionResponse, Wallet } from 'ethers';
import { type ChildScript, startChildScript } from './child-script';
import { EvmNode } from './evm-node';

/** The line that the supervisor prints when the chain is ready. */
interface Announcement {
  rpcUrl: string;
  chainId: number;
  contract: string;
  treasury: string;
  treasuryKey: string;
  personKeys: string[];
}

export interface ChainOptions {
  /** If false, only `mine` creates blocks. The default is true. */
  automine?: boolean;
  /** `finalized` is twice this number of blocks behind the head. The default is 1, so that a short chain has a final block. */
  slotsInAnEpoch?: number;
}

/** The fees and the nonce of a transaction that is signed without a call to the node. */
export interface TransactionTerms {
  nonce: number;
  maxFeePerGas?: bigint;
  maxPriorityFeePerGas?: bigint;
}

const gwei = 10n ** 9n;
const { abi } = JSON.parse(readFileSync(path.join(__dirname, '../../contracts/TeoCoin.json'), 'utf8')) as { abi: [] };

/**
 * A real chain with the coin, new for each `start`. If `TEST_EVM_RPC_URL` is the address of a running anvil (a development node),
 * that one is emptied and used instead. Then only one test file may run at a time (`--runInBand`).
 */
export class LocalChain extends EvmNode {
  readonly contract: string;
  readonly treasury: string;
  readonly treasuryKey: string;
  /** Wallets of persons, with ether for fees and without coins. */
  readonly wallets: readonly Wallet[];
  readonly treasuryWallet: Wallet;
  /** The coin, called by the treasury. `tokenOf` is for other callers. */
  readonly token: Contract;

  private constructor(
    private readonly supervisor: ChildScript,
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

  /** @throws if the chain does not start; the reason is on stderr */
  static async start({ automine = true, slotsInAnEpoch = 1 }: ChainOptions = {}): Promise<LocalChain> {
    const existingNodeUrl = process.env.TEST_EVM_RPC_URL;
    const args = ['--slots-in-an-epoch', String(slotsInAnEpoch)];
    if (existingNodeUrl) args.push('--node', existingNodeUrl);
    const supervisor = await startChildScript('../../scripts/local-chain.mjs', args);
    const chain = new LocalChain(supervisor, JSON.parse(supervisor.firstLine) as Announcement);
    await chain.setAutomine(automine);
    return chain;
  }

  tokenOf(runner: ContractRunner): Contract {
    return new Contract(this.contract, abi, runner);
  }

  /** The balance in units of 10^-18 TeoCoin. */
  async balanceOf(address: string): Promise<bigint> {
    return (await this.token.getFunction('balanceOf')(address)) as bigint;
  }

  /** Sends coins from the treasury, as a withdrawal does. */
  async fund(address: string, units: bigint): Promise<TransactionResponse> {
    return this.transfer(this.treasuryWallet, address, units);
  }

  /** Sends coins of a person to the treasury, as a deposit does. */
  async transferToTreasury(person: number, units: bigint): Promise<TransactionResponse> {
    return this.transfer(this.wallets[person]!, this.treasury, units);
  }

  async transfer(from: Wallet, to: string, units: bigint): Promise<TransactionResponse> {
    return (await this.tokenOf(from).getFunction('transfer')(to, units)) as TransactionResponse;
  }

  /** Signs a transfer without sending it. @returns the raw transaction; its keccak256 is the transaction hash */
  async signTransfer(from: Wallet, to: string, units: bigint, terms: TransactionTerms): Promise<string> {
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
