import { FetchRequest, JsonRpcProvider, Network, toQuantity } from 'ethers';
import { z } from 'zod';
import type { ChainSettings } from '../settings/chain-settings';
import { token } from '../settings/token';

/** A node said nothing, or something that cannot be believed: no evidence of anything. */
export class NodeFault extends Error {
  override name = 'NodeFault';
}

const quantity = z.string().regex(/^0x[0-9a-f]{1,64}$/i);
const number = quantity.transform(Number).pipe(z.int().min(0));
const big = quantity.transform(BigInt);
const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/i)
  .toLowerCase();
const address = z
  .string()
  .regex(/^0x[0-9a-f]{40}$/i)
  .toLowerCase();

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

/** Called before a request, and what it gives after it: with whether there was an answer that can be believed. */
export type RequestTimer = (method: string) => (isAnswered: boolean) => void;

/** One node: its answers are checked for their shape and become ours, or a NodeFault. */
export class Node {
  private readonly provider: JsonRpcProvider;

  constructor(
    readonly url: string,
    private readonly chain: ChainSettings,
    private readonly watch: RequestTimer = () => () => undefined,
  ) {
    const request = new FetchRequest(url);
    request.timeout = chain.rpcTimeoutMs;
    // Another node is asked, or the next tick asks again: no patience here.
    request.setThrottleParams({ maxAttempts: 1 });
    const network = Network.from(chain.chainId);
    this.provider = new JsonRpcProvider(request, network, { staticNetwork: network, cacheTimeout: -1 });
  }

  close(): void {
    this.provider.destroy();
  }

  async chainId(): Promise<number> {
    return this.ask('eth_chainId', [], number);
  }
  async block(at: number | 'latest' | 'finalized'): Promise<Header> {
    return this.ask('eth_getBlockByNumber', [tagOf(at), false], header);
  }
  /** `pending`: with what lies in the node's pool, as far as it follows without a gap. */
  async nonce(account: string, at: number | 'pending'): Promise<number> {
    return this.ask('eth_getTransactionCount', [account, tagOf(at)], number);
  }
  async priorityFee(): Promise<bigint> {
    return this.ask('eth_maxPriorityFeePerGas', [], big);
  }
  async nativeBalance(account: string): Promise<bigint> {
    return this.ask('eth_getBalance', [account, 'latest'], big);
  }
  async balance(account: string, at: number): Promise<bigint> {
    return this.call(token.encodeFunctionData('balanceOf', [account]), at);
  }
  async supply(at: number): Promise<bigint> {
    return this.call(token.encodeFunctionData('totalSupply'), at);
  }
  /** The token's events with these topics, of blocks from … to, both included. */
  async logs(topics: (string | null)[], from: number, to: number): Promise<TokenLog[]> {
    const filter = { address: this.chain.contract, topics, fromBlock: tagOf(from), toBlock: tagOf(to) };
    return this.ask('eth_getLogs', [filter], z.array(log));
  }
  /** Null where the node knows none: that is no evidence that there is none. */
  async receipt(txHash: string): Promise<Receipt | null> {
    return this.ask('eth_getTransactionReceipt', [txHash], receipt.nullable());
  }
  async transactions(at: number): Promise<z.output<typeof fullBlock>> {
    return this.ask('eth_getBlockByNumber', [tagOf(at), true], fullBlock);
  }
  /** @throws what the node, or the way to it, said */
  async send(raw: string): Promise<void> {
    await this.request('eth_sendRawTransaction', [raw]);
  }

  private call(data: string, at: number): Promise<bigint> {
    return this.ask('eth_call', [{ to: this.chain.contract, data }, tagOf(at)], big);
  }

  private async request(method: string, params: unknown[]): Promise<unknown> {
    const end = this.watch(method);
    try {
      const answer: unknown = await this.provider.send(method, params as never);
      end(true);
      return answer;
    } catch (error) {
      end(false);
      throw error;
    }
  }

  private async ask<T>(method: string, params: unknown[], shape: z.ZodType<T>): Promise<T> {
    const answer = await this.request(method, params).catch((cause: unknown) => {
      throw new NodeFault(`${method}: ${wordsOf(cause).slice(0, 200)}`, { cause });
    });
    const parsed = shape.safeParse(answer);
    if (!parsed.success) throw new NodeFault(`${method}: the answer has another shape than expected`);
    return parsed.data;
  }
}

/** Without what ethers adds in brackets: the address of the node, which often holds the key of an account there. */
const wordsOf = (cause: unknown): string => {
  const { shortMessage, message } = cause as { shortMessage?: string; message: string };
  return (shortMessage ?? message).replaceAll(/https?:\/\/\S+/g, '(the node)');
};

const tagOf = (at: number | string): string => (typeof at === 'number' ? toQuantity(at) : at);
