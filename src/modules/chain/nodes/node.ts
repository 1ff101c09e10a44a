import { FetchRequest, JsonRpcProvider, Network, toQuantity } from 'ethers';
import { z } from 'zod';
import type { ChainSettings } from '../settings/chain-settings';
import { token } from '../settings/token';

/** A node did not respond, or its response cannot be trusted. Nothing may be concluded from it. */
export class NodeFault extends Error {
  override name = 'NodeFault';
}

const quantity = z.string().regex(/^0x[0-9a-f]{1,64}$/i);
const number = quantity.transform(Number).pipe(z.int().min(0));
const big = quantity.transform(BigInt);
const hexOfLength = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^0x[0-9a-f]{${digits}}$`, 'i'))
    .toLowerCase();
const hash = hexOfLength(64);
const address = hexOfLength(40);

const header = z.object({ number, hash, parentHash: hash, baseFeePerGas: big.default(0n) });
export type Header = z.output<typeof header>;
const log = z.object({
  address,
  topics: z.array(hash),
  data: z.string(),
  blockNumber: number,
  blockHash: hash,
  transactionHash: hash,
  logIndex: number,
  removed: z.literal(false).optional(),
});
export type TokenLog = z.output<typeof log>;
const receipt = z.object({
  transactionHash: hash,
  blockNumber: number,
  blockHash: hash,
  status: number,
  logs: z.array(log),
});
export type Receipt = z.output<typeof receipt>;
const fullBlock = z.object({ hash, transactions: z.array(z.object({ hash, from: address, nonce: number })) });

/** Starts the timer of a request. The returned function stops it; its argument says whether the node responded. */
export type RequestTimer = (method: string) => (hasResponse: boolean) => void;

/** One node of the chain. Each response is checked for its shape; a wrong one is a NodeFault. */
export class Node {
  private readonly provider: JsonRpcProvider;

  constructor(
    readonly url: string,
    private readonly chain: ChainSettings,
    private readonly startTimer: RequestTimer,
  ) {
    const request = new FetchRequest(url);
    request.timeout = chain.rpcTimeoutMs;
    // No retries here, because the caller asks another node, and the next poll asks again.
    request.setThrottleParams({ maxAttempts: 1 });
    const network = Network.from(chain.chainId);
    this.provider = new JsonRpcProvider(request, network, { staticNetwork: network, cacheTimeout: -1 });
  }

  close(): void {
    this.provider.destroy();
  }

  async chainId(): Promise<number> {
    return this.request('eth_chainId', [], number);
  }
  async block(at: number | 'latest' | 'finalized'): Promise<Header> {
    return this.request('eth_getBlockByNumber', [tagOf(at), false], header);
  }
  /** The number of nonces used. `pending` includes the transactions in the node's pool, up to the first nonce gap. */
  async nonce(account: string, at: number | 'pending'): Promise<number> {
    return this.request('eth_getTransactionCount', [account, tagOf(at)], number);
  }
  async priorityFee(): Promise<bigint> {
    return this.request('eth_maxPriorityFeePerGas', [], big);
  }
  async balance(account: string, at: number): Promise<bigint> {
    return this.call(token.encodeFunctionData('balanceOf', [account]), at);
  }
  async supply(at: number): Promise<bigint> {
    return this.call(token.encodeFunctionData('totalSupply'), at);
  }
  /** The token's events with these topics. Both `from` and `to` are included. */
  async logs(topics: (string | null)[], from: number, to: number): Promise<TokenLog[]> {
    const filter = { address: this.chain.contract, topics, fromBlock: tagOf(from), toBlock: tagOf(to) };
    return this.request('eth_getLogs', [filter], z.array(log));
  }
  /** Null if the node has no receipt. This does not prove that the transaction is not on the chain. */
  async receipt(txHash: string): Promise<Receipt | null> {
    return this.request('eth_getTransactionReceipt', [txHash], receipt.nullable());
  }
  async transactions(at: number): Promise<z.output<typeof fullBlock>> {
    return this.request('eth_getBlockByNumber', [tagOf(at), true], fullBlock);
  }
  /** @throws the error of the node or of the connection */
  async sendRawTransaction(raw: string): Promise<void> {
    await this.send('eth_sendRawTransaction', [raw]);
  }

  private call(data: string, at: number): Promise<bigint> {
    return this.request('eth_call', [{ to: this.chain.contract, data }, tagOf(at)], big);
  }

  private async send(method: string, params: unknown[]): Promise<unknown> {
    const stopTimer = this.startTimer(method);
    try {
      const response: unknown = await this.provider.send(method, params as never);
      stopTimer(true);
      return response;
    } catch (error) {
      stopTimer(false);
      throw error;
    }
  }

  private async request<T>(method: string, params: unknown[], shape: z.ZodType<T>): Promise<T> {
    const response = await this.send(method, params).catch((cause: unknown) => {
      throw new NodeFault(`${method}: ${messageOf(cause).slice(0, 200)}`, { cause });
    });
    const parsed = shape.safeParse(response);
    if (!parsed.success) throw new NodeFault(`${method}: the response of the node has an unexpected shape`);
    return parsed.data;
  }
}

/** The message without the address of the node, because the address often contains the key of an account there. */
const messageOf = (cause: unknown): string => {
  const { shortMessage, message } = cause as { shortMessage?: string; message: string };
  return (shortMessage ?? message).replaceAll(/https?:\/\/\S+/g, '(the node)');
};

const tagOf = (at: number | string): string => (typeof at === 'number' ? toQuantity(at) : at);
