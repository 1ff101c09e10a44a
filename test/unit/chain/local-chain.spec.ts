import { keccak256, parseEther } from 'ethers';
import { LocalChain } from '../../support/chain';
import { describeOnChain } from '../../support/on-chain';

interface Log {
  logIndex: string;
  blockHash: string;
}

describeOnChain('the local chain of the tests', () => {
  let chain: LocalChain;
  beforeAll(async () => {
    chain = await LocalChain.start();
    for (const person of [0, 1]) await chain.mined(await chain.fund(chain.wallets[person]!.address, parseEther('100')));
  });
  afterAll(() => chain?.stop());

  let before: string;
  beforeEach(async () => {
    before = await chain.snapshot();
  });
  afterEach(async () => {
    await chain.setAutomine(true);
    await chain.revert(before);
  });

  const receiptOf = async (hash: string): Promise<{ logs: Log[]; blockNumber: string } | null> =>
    chain.send('eth_getTransactionReceipt', [hash]);
  const nonceOf = async (person: number): Promise<number> => chain.wallets[person]!.getNonce();
  const depositOf = async (person: number, units: bigint, nonce: number): Promise<string> =>
    chain.signTransfer(chain.wallets[person]!, chain.treasury, units, { nonce });

  it('the local chain mines each transaction at once, or only with mine() if automine is off', async () => {
    await chain.mined(await chain.transferToTreasury(0, 1n));
    await chain.setAutomine(false);
    const { hash } = await chain.transferToTreasury(0, 2n);
    expect(await chain.pool()).toEqual({ pending: [hash], queued: [] });
    expect(await receiptOf(hash)).toBeNull();
    const { number } = await chain.head();
    await chain.mine(3);
    expect(await chain.head()).toMatchObject({ number: number + 3 });
    expect(await receiptOf(hash)).toMatchObject({ blockNumber: `0x${(number + 1).toString(16)}` });
  });

  it('the local chain keeps a transaction after a nonce gap in its queue', async () => {
    const raw = await depositOf(0, 1n, (await nonceOf(0)) + 1);
    await chain.send('eth_sendRawTransaction', [raw]);
    expect(await chain.pool()).toEqual({ pending: [], queued: [keccak256(raw)] });
  });

  it('a dropped transaction is never mined', async () => {
    await chain.setAutomine(false);
    const { hash } = await chain.transferToTreasury(0, 1n);
    expect(await chain.drop(hash)).toBe(true);
    expect(await chain.drop(hash)).toBe(false);
    await chain.mine();
    expect(await receiptOf(hash)).toBeNull();
  });

  it('a reorganisation replaces blocks by empty blocks with other hashes, and their transactions disappear', async () => {
    const treasury = await chain.balanceOf(chain.treasury);
    const { hash } = await chain.transferToTreasury(0, 5n);
    await chain.mine(2);
    const old = await chain.head();
    await chain.reorg(3);
    const head = await chain.head();
    expect(head.number).toBe(old.number);
    expect(head.hash).not.toBe(old.hash);
    expect(await receiptOf(hash)).toBeNull();
    expect(await chain.balanceOf(chain.treasury)).toBe(treasury);
    expect(await chain.pool()).toEqual({ pending: [], queued: [] });
    expect(await chain.send('eth_getBlockByHash', [old.hash, false])).toBeNull();
  });

  it('a reorganisation does not change blocks below its depth', async () => {
    const { hash } = await chain.transferToTreasury(0, 5n);
    await chain.mine(2);
    await chain.reorg(2);
    expect(await receiptOf(hash)).not.toBeNull();
  });

  it('a reorganisation can move a transaction to another block and another log index', async () => {
    const [first, second] = [await depositOf(0, 1n, await nonceOf(0)), await depositOf(1, 2n, await nonceOf(1))];
    await chain.send('eth_sendRawTransaction', [second]);
    await chain.mine();
    const old = await receiptOf(keccak256(second));
    await chain.reorg(2, [[], [first, second]]);
    const now = await receiptOf(keccak256(second));
    expect([old!.logs[0]!.logIndex, now!.logs[0]!.logIndex]).toEqual(['0x0', '0x1']);
    expect(Number(now!.blockNumber)).toBe(Number(old!.blockNumber) + 1);
    expect(now!.logs[0]!.blockHash).not.toBe(old!.logs[0]!.blockHash);
  });

  it('the local chain can be reverted to a snapshot once', async () => {
    const snapshot = await chain.snapshot();
    const { hash } = await chain.transferToTreasury(0, 5n);
    await chain.revert(snapshot);
    expect(await receiptOf(hash)).toBeNull();
    await expect(chain.revert(snapshot)).rejects.toThrow('There is no snapshot');
  });

  it('the final block of the local chain is two blocks behind the head', async () => {
    await chain.mine(5);
    const final = await chain.send<{ number: string }>('eth_getBlockByNumber', ['finalized', false]);
    expect(Number(final.number)).toBe((await chain.head()).number - 2);
  });

  it('a test can set the ether balance of an address and the base fee of the next block', async () => {
    await chain.setBalance(chain.wallets[7]!.address, 5n);
    expect(await chain.provider.getBalance(chain.wallets[7]!.address)).toBe(5n);
    await chain.setNextBlockBaseFee(77n * 10n ** 9n);
    await chain.mine();
    expect((await chain.provider.getBlock('latest'))!.baseFeePerGas).toBe(77n * 10n ** 9n);
  });
});
