import { unitsOf } from '../../src/modules/chain/settings/token';
import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { anotherBranch, truncatedLogs, unavailable, wrongBlockHash } from '../support/rpc-faults';
import { RpcProxy } from '../support/rpc-proxy';
import { confirmations, SchoolOnChain, type Holder } from './school-on-chain';

describeOnChain('nodes with wrong responses', () => {
  let chain: LocalChain;
  let proxy: RpcProxy;
  let on: SchoolOnChain;
  let ann: Holder;
  const open = async (rpcUrls: string[] = [proxy.url]): Promise<void> => {
    on = await SchoolOnChain.open(chain, { rpcUrls });
    await on.poll();
    ann = await on.holder(200);
  };
  beforeEach(async () => {
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
    proxy = await RpcProxy.start(chain.rpcUrl);
  }, 60_000);
  afterEach(async () => {
    const violations = await on.violations();
    await on.close();
    await proxy.stop();
    await chain.stop();
    expect(violations).toEqual([]);
  });

  /** A confirmed withdrawal, so that Ann has coins on the chain that she can deposit. */
  async function withdrawn(amount: number): Promise<number> {
    const id = await on.withdraws(ann, amount);
    await on.poll();
    await on.mine(confirmations + 1);
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'confirmed' });
    return id;
  }

  test('a node that omits the log of a final deposit is not believed, and the deposit is credited when the node shows it', async () => {
    await open();
    await withdrawn(50);
    await chain.transferToTreasury(0, unitsOf(12));
    await chain.mine(confirmations + 1);
    const { final } = await on.cursor();
    proxy.intercept = truncatedLogs;
    for (let poll = 0; poll < 4; poll++) {
      expect(await on.pollFails()).toContain('do not explain the treasury');
      expect(await on.cursor()).toMatchObject({ final, halted: false });
    }
    expect(await on.balance(ann)).toBe(150);
    proxy.reset();
    await on.poll();
    expect(await on.cursor()).toMatchObject({ final: final + confirmations + 1, faults: 0 });
    expect(await on.balance(ann)).toBe(162);
  });

  test('a node that omits a payment and a deposit of the same amount is not believed', async () => {
    await open();
    await withdrawn(50);
    const id = await on.withdraws(ann, 40);
    await on.poll();
    await chain.transferToTreasury(0, unitsOf(40));
    await chain.mine(confirmations + 1);
    const { final } = await on.cursor();
    proxy.intercept = truncatedLogs;
    expect(await on.pollFails()).toContain('nonce 1 paid');
    expect(await on.cursor()).toMatchObject({ final, halted: false });
    proxy.reset();
    await on.poll();
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'confirmed' });
    expect(await on.balance(ann)).toBe(150);
  });

  test.each(['first', 'second'])(
    'if the %s of two nodes has a different final block, nothing becomes final until they agree',
    async (which) => {
      await open(which === 'first' ? [proxy.url, chain.rpcUrl] : [chain.rpcUrl, proxy.url]);
      const id = await on.withdraws(ann, 50);
      await on.poll();
      await on.mine();
      const { final } = await on.cursor();
      await chain.mine(confirmations);
      proxy.intercept = wrongBlockHash;
      for (let poll = 0; poll < 4; poll++) {
        expect(await on.pollFails()).toMatch(/The nodes differ at the final block/);
        expect(await on.cursor()).toMatchObject({ final, halted: false });
        expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'mined' });
      }
      proxy.reset();
      await on.poll();
      expect(await on.cursor()).toMatchObject({ final: final + confirmations });
      expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'confirmed' });
    },
  );

  test('a node that misses the final block is believed after three polls in a row, not before', async () => {
    await open();
    const { final } = await on.cursor();
    for (const fault of [unavailable, unavailable, anotherBranch, anotherBranch, unavailable, anotherBranch]) {
      proxy.intercept = fault;
      await on.pollFails();
      expect(await on.cursor()).toMatchObject({ final, halted: false });
    }
    proxy.intercept = anotherBranch;
    await on.pollFails();
    expect(await on.cursor()).toMatchObject({ final, halted: false });
    await on.pollFails();
    expect(await on.cursor()).toMatchObject({ final, halted: true });
  });
});
