import type { FetchGetUrlFunc, JsonRpcProvider } from 'ethers';
import { z } from 'zod';
import type { ChainSettings } from '../settings/chain-settings';
import { ethers } from '../settings/ethers';
import { token } from '../settings/token';

/** A node did not respond, or its response cannot be trusted. The caller must conclude nothing from it. */
export class NodeFault extends Error {
  override name = 'NodeFault';
}

/** A number in hexadecimal, as JSON-RPC encodes numbers: `0x1f`. */
const quantitySchema = z.string().regex(/^0x[0-9a-f]{1,64}$/i);
const numberSchema = quantitySchema.transform(Number).pipe(z.int().min(0));
const bigintSchema = quantitySchema.transform(BigInt);
const hashSchema = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/i)
  .toLowerCase();
const addressSchema = z
  .string()
  .regex(/^0x[0-9a-f]{40}$/i)
  .toLowerCase();

const headerSchema = z.object({
  number: numberSchema,
  hash: hashSchema,
  parentHash: hashSchema,
  baseFeePerGas: bigintSchema.default(0n),
});
export type Header = z.output<typeof headerSchema>;
const logSchema = z.object({
  address: addressSchema,
  topics: z.array(hashSchema),
  data: z.string(),
  blockNumber: numberSchema,
  blockHash: hashSchema,
  transactionHash: hashSchema,
  logIndex: numberSchema,
  /** A node sets it for logs of blocks that have left the chain. Such a log is refused. */
  removed: z.literal(false).optional(),
});
export type TokenLog = z.output<typeof logSchema>;
const receiptSchema = z.object({
  transactionHash: hashSchema,
  blockNumber: numberSchema,
  blockHash: hashSchema,
  status: numberSchema,
  logs: z.array(logSchema),
});
export type Receipt = z.output<typeof receiptSchema>;
const transactionSchema = z.object({ hash: hashSchema, from: addressSchema, nonce: numberSchema });
type BlockTransaction = z.output<typeof transactionSchema>;
const fullBlockSchema = z.object({ hash: hashSchema, transactions: z.array(transactionSchema) });

/** ethers follows redirects, but only the nodes that the operator names may answer. */
const refuseRedirects =
  (getUrl: FetchGetUrlFunc): FetchGetUrlFunc =>
  async (request, signal) => {
    const response = await getUrl(request, signal);
    if (response.statusCode < 300 || response.statusCode > 399) return response;
    throw new NodeFault(`The node redirects to another address (status ${response.statusCode})`);
  };

/** Starts the timer of a request. The returned function stops the timer and is told whether the node responded. */
type RequestTimer = (method: string) => (hasResponse: boolean) => void;

/** One node of the chain. A response that does not have the expected shape causes a NodeFault. */
export class Node {
  private readonly provider: JsonRpcProvider;

  constructor(
    readonly url: string,
    private readonly chain: ChainSettings,
    private readonly startTimer: RequestTimer,
  ) {
    const { FetchRequest, JsonRpcProvider, Network } = ethers();
    const connection = new FetchRequest(url);
    connection.timeout = chain.rpcTimeoutMs;
    // A request is not retried here, because the caller asks another node, and the next poll asks again.
    connection.setThrottleParams({ maxAttempts: 1 });
    connection.getUrlFunc = refuseRedirects(FetchRequest.createGetUrlFunc());
    const network = Network.from(chain.chainId);
    // A negative cacheTimeout turns the cache of ethers off.
    this.provider = new JsonRpcProvider(connection, network, { staticNetwork: network, cacheTimeout: -1 });
  }

  close(): void {
    this.provider.destroy();
  }

  async getChainId(): Promise<number> {
    return this.request('eth_chainId', [], numberSchema);
  }
  async getHeader(block: number | 'latest' | 'finalized'): Promise<Header> {
    return this.request('eth_getBlockByNumber', [blockParameter(block), false], headerSchema);
  }
  /** The number of nonces that the account has used. `pending` includes the transactions in the node's pool, up to the first nonce gap. */
  async countNonces(account: string, block: number | 'pending'): Promise<number> {
    return this.request('eth_getTransactionCount', [account, blockParameter(block)], numberSchema);
  }
  async getPriorityFee(): Promise<bigint> {
    return this.request('eth_maxPriorityFeePerGas', [], bigintSchema);
  }
  async getTokenUnits(account: string, block: number): Promise<bigint> {
    return this.callContract(token().encodeFunctionData('balanceOf', [account]), block);
  }
  async getSupplyUnits(block: number): Promise<bigint> {
    return this.callContract(token().encodeFunctionData('totalSupply'), block);
  }
  /** The token's events with these topics in the blocks `first` to `last`. */
  async listLogs(topics: (string | null)[], first: number, last: number): Promise<TokenLog[]> {
    const { contract } = this.chain;
    const filter = {
      address: contract,
      topics,
      fromBlock: ethers().toQuantity(first),
      toBlock: ethers().toQuantity(last),
    };
    return this.request('eth_getLogs', [filter], z.array(logSchema));
  }
  /** Null if the node has no receipt. A missing receipt does not prove that the transaction is not on the chain. */
  async findReceipt(txHash: string): Promise<Receipt | null> {
    return this.request('eth_getTransactionReceipt', [txHash], receiptSchema.nullable());
  }
  async listTransactions(block: number): Promise<BlockTransaction[]> {
    const response = await this.request('eth_getBlockByNumber', [ethers().toQuantity(block), true], fullBlockSchema);
    return response.transactions;
  }
  /** @throws the error of the node or of the connection */
  async sendRawTransaction(raw: string): Promise<void> {
    await this.send('eth_sendRawTransaction', [raw]);
  }

  private callContract(data: string, block: number): Promise<bigint> {
    return this.request('eth_call', [{ to: this.chain.contract, data }, ethers().toQuantity(block)], bigintSchema);
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

  private async request<T>(method: string, params: unknown[], schema: z.ZodType<T>): Promise<T> {
    const response = await this.send(method, params).catch((cause: unknown) => {
      throw new NodeFault(`${method}: ${messageWithoutAddress(cause).slice(0, 200)}`, { cause });
    });
    const parsed = schema.safeParse(response);
    if (!parsed.success) throw new NodeFault(`${method}: the response of the node has an unexpected shape`);
    return parsed.data;
  }
}

/** The message without the address of the node, because the address often contains the access key of the school's account with the provider. */
function messageWithoutAddress(cause: unknown): string {
  const { shortMessage, message } = cause as { shortMessage?: string; message: string };
  return (shortMessage ?? message).replaceAll(/https?:\/\/\S+/g, '(the node)');
}

/** A block number is encoded. A name such as `latest` is sent unchanged. */
const blockParameter = (block: number | string): string =>
  typeof block === 'number' ? ethers().toQuantity(block) : block;
