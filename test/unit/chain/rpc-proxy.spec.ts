import { keccak256 } from 'ethers';
import { LocalChain } from '../../support/chain';
import { describeOnChain } from '../../support/on-chain';
import * as faults from '../../support/rpc-faults';
import { RpcError, RpcProxy } from '../../support/rpc-proxy';

/** The timeout of the caller. It is long compared to a node, which responds in a few milliseconds even on a busy machine. */
const callTimeoutMs = 700;

describeOnChain('the RPC proxy in front of a node', () => {
  let chain: LocalChain;
  let proxy: RpcProxy;
  beforeAll(async () => {
    chain = await LocalChain.start();
    for (const person of [0, 1]) await chain.mined(await chain.fund(chain.wallets[person]!.address, 1_000n));
  });
  afterAll(() => chain?.stop());
  beforeEach(async () => {
    proxy = await RpcProxy.start(chain.rpcUrl);
  });
  afterEach(() => proxy.stop());

  async function post(body: unknown): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(callTimeoutMs);
    return fetch(proxy.url, { method: 'POST', headers, body: JSON.stringify(body), signal });
  }
  const envelope = (method: string, ...params: unknown[]) => ({ jsonrpc: '2.0', id: 7, method, params });
  const ask = async (method: string, ...params: unknown[]): Promise<any> =>
    (await post(envelope(method, ...params))).json();
  const resultOf = async (method: string, ...params: unknown[]): Promise<any> => (await ask(method, ...params)).result;
  const logs = async (): Promise<{ transactionHash: string }[]> =>
    resultOf('eth_getLogs', { fromBlock: '0x0', toBlock: 'latest', address: chain.contract });
  const receiptOf = async (hash: string): Promise<unknown> => chain.send('eth_getTransactionReceipt', [hash]);

  async function deposit(): Promise<{ raw: string; hash: string }> {
    const person = chain.wallets[0]!;
    const raw = await chain.signTransfer(person, chain.treasury, 1n, { nonce: await person.getNonce() });
    return { raw, hash: keccak256(raw) };
  }

  it('the RPC proxy passes on the responses of the node, errors included', async () => {
    expect(await ask('eth_chainId')).toEqual({ jsonrpc: '2.0', id: 7, result: '0x7a69' });
    expect(await ask('eth_sendRawTransaction', '0x1234')).toMatchObject({ id: 7, error: { code: -32602 } });
  });

  it('the RPC proxy counts requests and calls by method, and responds to a batch in its order', async () => {
    const batch = [envelope('eth_chainId'), envelope('eth_blockNumber'), { ...envelope('eth_chainId'), id: 8 }];
    const responses = (await (await post(batch)).json()) as { id: number }[];
    expect(responses.map(({ id }) => id)).toEqual([7, 7, 8]);
    await ask('eth_chainId');
    expect(proxy.counts).toEqual({ requests: 2, calls: { eth_chainId: 3, eth_blockNumber: 1 } });
    proxy.reset();
    expect(proxy.counts).toEqual({ requests: 0, calls: {} });
  });

  it('with a timeout before forwarding, the node does not get the transaction', async () => {
    const { raw, hash } = await deposit();
    proxy.intercept = faults.timeOutBeforeForwarding;
    await expect(ask('eth_sendRawTransaction', raw)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await receiptOf(hash)).toBeNull();
    expect(proxy.rawTransactions).toEqual([hash]);
  });

  it.each([
    ['a timeout after forwarding', faults.timeOutAfterForwarding, 'TimeoutError'],
    ['a connection reset after forwarding', faults.resetAfterForwarding, 'TypeError'],
  ])('with %s, the node has executed the transaction', async (_fault, fault, name) => {
    const { raw, hash } = await deposit();
    proxy.intercept = fault;
    await expect(ask('eth_sendRawTransaction', raw)).rejects.toMatchObject({ name });
    expect(await receiptOf(hash)).not.toBeNull();
  });

  it('the RPC proxy can reset the connection', async () => {
    proxy.intercept = faults.connectionReset;
    await expect(ask('eth_chainId')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  });

  it.each([
    [429, 'application/json', faults.tooManyRequests],
    [503, 'text/plain', faults.unavailable],
    [200, 'text/html', faults.htmlPage],
  ])('the RPC proxy can respond with status %d and type %s, also to a batch', async (status, type, fault) => {
    proxy.intercept = faults.on('eth_blockNumber', fault);
    const response = await post([envelope('eth_chainId'), envelope('eth_blockNumber')]);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe(type);
    expect(await resultOf('eth_chainId')).toBe('0x7a69');
  });

  it('the RPC proxy can truncate and duplicate logs', async () => {
    const all = await logs();
    expect(all.length).toBeGreaterThan(2);
    proxy.intercept = faults.truncatedLogs;
    expect(await logs()).toEqual(all.slice(0, Math.floor(all.length / 2)));
    proxy.intercept = faults.duplicatedLogs;
    expect(await logs()).toEqual(all.flatMap((log) => [log, log]));
  });

  it('the RPC proxy can hide receipts', async () => {
    const [{ transactionHash }] = (await logs()) as [{ transactionHash: string }];
    expect(await resultOf('eth_getTransactionReceipt', transactionHash)).not.toBeNull();
    proxy.intercept = faults.nullReceipts;
    expect(await resultOf('eth_getTransactionReceipt', transactionHash)).toBeNull();
  });

  it('the RPC proxy can report an older head and its block', async () => {
    await chain.mine(5);
    const { number } = await chain.head();
    const behind = await chain.send('eth_getBlockByNumber', [`0x${(number - 3).toString(16)}`, false]);
    proxy.intercept = faults.headGoesBack(3);
    expect(Number(await resultOf('eth_blockNumber'))).toBe(number - 3);
    expect(await resultOf('eth_getBlockByNumber', 'latest', false)).toEqual(behind);
    expect(Number((await resultOf('eth_getBlockByNumber', 'finalized', false)).number)).toBe(number - 5);
    expect((await resultOf('eth_getBlockByNumber', '0x1', false)).number).toBe('0x1');
  });

  it('the RPC proxy can report a wrong hash of a block', async () => {
    const block: any = await resultOf('eth_getBlockByNumber', 'latest', false);
    proxy.intercept = faults.wrongBlockHash;
    const wrong: any = await resultOf('eth_getBlockByNumber', 'latest', false);
    expect(wrong.hash).not.toBe(block.hash);
    expect(wrong).toEqual({ ...block, hash: wrong.hash });
  });

  it('the RPC proxy can report another branch with consistent hashes', async () => {
    const [log] = (await logs()) as [{ blockNumber: string; blockHash: string; transactionHash: string }];
    proxy.intercept = faults.anotherBranch;
    const block: any = await resultOf('eth_getBlockByNumber', log.blockNumber, false);
    const next: any = await resultOf('eth_getBlockByNumber', `0x${(Number(log.blockNumber) + 1).toString(16)}`, false);
    expect(block.hash).not.toBe(log.blockHash);
    expect(next.parentHash).toBe(block.hash);
    expect((await resultOf('eth_getTransactionReceipt', log.transactionHash)).logs[0].blockHash).toBe(block.hash);
    expect((await logs())[0]).toEqual({ ...log, blockHash: block.hash });
  });

  it('a fault applies to the given number of matching calls only', async () => {
    proxy.intercept = faults.next(2, faults.unavailable, ({ method }) => method === 'eth_chainId');
    const statuses: number[] = [];
    for (const method of ['eth_chainId', 'eth_blockNumber', 'eth_chainId', 'eth_chainId']) {
      statuses.push((await post(envelope(method))).status);
    }
    expect(statuses).toEqual([503, 200, 503, 200]);
  });

  it('the RPC proxy can respond with an error that the test chooses', async () => {
    proxy.intercept = () => {
      throw new RpcError(-32_000, 'replacement transaction underpriced');
    };
    const error = { code: -32_000, message: 'replacement transaction underpriced' };
    expect(await ask('eth_sendRawTransaction', '0x1234')).toEqual({ jsonrpc: '2.0', id: 7, error });
  });

  it('the RPC proxy refuses a transaction that the test does not permit, and counts it', async () => {
    const { raw, hash } = await deposit();
    proxy.permit = (rawHash) => Promise.resolve(rawHash !== hash);
    expect((await ask('eth_sendRawTransaction', raw)).error.message).toBe(`refused by the test: ${hash}`);
    expect(await receiptOf(hash)).toBeNull();
    proxy.permit = () => true;
    expect(await resultOf('eth_sendRawTransaction', raw)).toBe(hash);
    expect([proxy.refusals, proxy.rawTransactions]).toEqual([1, [hash, hash]]);
  });
});
