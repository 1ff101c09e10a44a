import { setTimeout as sleep } from 'node:timers/promises';
import { JsonRpcProvider, Network, type TransactionReceipt } from 'ethers';

export interface Pool {
  /** Hashes of transactions that the next blocks can include (`pending`), and of those after a nonce gap (`queued`). */
  pending: string[];
  queued: string[];
}

const pollingMs = 20;

/** A development node, with the commands that a real node does not have. */
export class EvmNode {
  readonly provider: JsonRpcProvider;

  constructor(
    readonly rpcUrl: string,
    readonly chainId: number,
  ) {
    const network = Network.from(chainId);
    // Calls are never batched or cached, so that a test that counts or waits does not depend on other calls.
    const options = { staticNetwork: network, cacheTimeout: -1, batchMaxCount: 1, pollingInterval: pollingMs };
    this.provider = new JsonRpcProvider(rpcUrl, network, options);
  }

  /** Sends any JSON-RPC call. */
  async send<T>(method: string, params: unknown[] = []): Promise<T> {
    return (await this.provider.send(method, params)) as T;
  }

  async head(): Promise<{ number: number; hash: string }> {
    const { number, hash } = await this.send<{ number: string; hash: string }>('eth_getBlockByNumber', [
      'latest',
      false,
    ]);
    return { number: Number(number), hash };
  }

  /**
   * Waits for the receipt of a transaction. `wait` of ethers looks once, and then again only after a new block, which does not come if
   * the node mined the transaction in between.
   */
  async mined({ hash }: { hash: string }): Promise<TransactionReceipt> {
    for (;;) {
      const receipt = await this.provider.getTransactionReceipt(hash);
      if (receipt) return receipt;
      await sleep(pollingMs);
    }
  }

  async mine(blocks = 1): Promise<void> {
    await this.send('anvil_mine', [blocks]);
  }

  async setAutomine(on: boolean): Promise<void> {
    await this.send('evm_setAutomine', [on]);
  }

  async setNextBlockBaseFee(wei: bigint): Promise<void> {
    await this.send('anvil_setNextBlockBaseFeePerGas', [`0x${wei.toString(16)}`]);
  }

  /** The transactions that are not mined yet. */
  async pool(): Promise<Pool> {
    type Waiting = Record<string, Record<string, { hash: string }>>;
    const content = await this.send<{ pending: Waiting; queued: Waiting }>('txpool_content');
    const hashes = (waiting: Waiting): string[] =>
      Object.values(waiting).flatMap((byNonce) => Object.values(byNonce).map(({ hash }) => hash));
    return { pending: hashes(content.pending), queued: hashes(content.queued) };
  }

  /** Removes a transaction from the pool, as nodes under load do. @returns false if it was not in the pool */
  async drop(hash: string): Promise<boolean> {
    return (await this.send<string | null>('anvil_dropTransaction', [hash])) !== null;
  }

  /**
   * Replaces the last `depth` blocks by the same number of new blocks. `branch` contains the raw transactions of each new block, the
   * oldest block first; further blocks are empty. The transactions of the old blocks disappear from chain and pool, and must be sent
   * again.
   */
  async reorg(depth: number, branch: readonly (readonly string[])[] = []): Promise<void> {
    const transactions = branch.flatMap((rawTransactions, block) => rawTransactions.map((raw) => [raw, block]));
    await this.send('anvil_reorg', [depth, transactions]);
  }

  /** Saves the state of the chain. A snapshot can be reverted to once. */
  async snapshot(): Promise<string> {
    return this.send<string>('evm_snapshot');
  }

  /** Restores the snapshot. Later blocks and the pool are lost. */
  async revert(id: string): Promise<void> {
    const isReverted = await this.send<boolean>('evm_revert', [id]);
    if (!isReverted) throw new Error(`There is no snapshot ${id}`);
  }

  async setBalance(address: string, wei: bigint): Promise<void> {
    await this.send('anvil_setBalance', [address, `0x${wei.toString(16)}`]);
  }
}
