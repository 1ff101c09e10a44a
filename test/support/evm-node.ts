import { JsonRpcProvider, Network } from 'ethers';

export interface Pool {
  /** Hashes of what the next blocks may hold, and of what waits for an earlier nonce. */
  pending: string[];
  queued: string[];
}

const pollingMs = 20;

/** What one can do to a development node that one cannot do to a real one. */
export class EvmNode {
  readonly provider: JsonRpcProvider;

  constructor(
    readonly rpcUrl: string,
    readonly chainId: number,
  ) {
    const network = Network.from(chainId);
    // One request for each call: a test that counts or waits must not depend on what else was asked at the time.
    const options = { staticNetwork: network, cacheTimeout: -1, batchMaxCount: 1, pollingInterval: pollingMs };
    this.provider = new JsonRpcProvider(rpcUrl, network, options);
  }

  /** Whatever the node understands. */
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

  async mine(blocks = 1): Promise<void> {
    await this.send('anvil_mine', [blocks]);
  }

  async setAutomine(on: boolean): Promise<void> {
    await this.send('evm_setAutomine', [on]);
  }

  async setNextBlockBaseFee(wei: bigint): Promise<void> {
    await this.send('anvil_setNextBlockBaseFeePerGas', [`0x${wei.toString(16)}`]);
  }

  /** What waits to be mined. */
  async pool(): Promise<Pool> {
    type Waiting = Record<string, Record<string, { hash: string }>>;
    const content = await this.send<{ pending: Waiting; queued: Waiting }>('txpool_content');
    const hashes = (waiting: Waiting): string[] =>
      Object.values(waiting).flatMap((byNonce) => Object.values(byNonce).map(({ hash }) => hash));
    return { pending: hashes(content.pending), queued: hashes(content.queued) };
  }

  /** Takes a transaction out of the pool, as nodes under pressure do; false when it was not there. */
  async drop(hash: string): Promise<boolean> {
    return (await this.send<string | null>('anvil_dropTransaction', [hash])) !== null;
  }

  /**
   * Replaces the last `depth` blocks by as many others. They are empty but for `branch`: for each new block, oldest first, the
   * raw transactions it holds, in that order. What was in the old ones is gone from chain and pool: whoever wants it
   * again sends it again.
   */
  async reorg(depth: number, branch: readonly (readonly string[])[] = []): Promise<void> {
    await this.send('anvil_reorg', [depth, branch.flatMap((raws, block) => raws.map((raw) => [raw, block]))]);
  }

  /** The whole chain as it is now, for one `revert`. */
  async snapshot(): Promise<string> {
    return this.send<string>('evm_snapshot');
  }

  /** Back to the snapshot: later blocks and the pool are gone. */
  async revert(id: string): Promise<void> {
    if (!(await this.send<boolean>('evm_revert', [id]))) throw new Error(`there is no snapshot ${id} any more`);
  }

  async setBalance(address: string, wei: bigint): Promise<void> {
    await this.send('anvil_setBalance', [address, `0x${wei.toString(16)}`]);
  }
}
