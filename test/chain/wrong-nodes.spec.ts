import { unitsOf } from '../../src/modules/chain/settings/token';
import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { anotherBranch, truncatedLogs, unavailable, wrongBlockHash } from '../support/rpc-faults';
import { RpcProxy } from '../support/rpc-proxy';
import { confirmations, SchoolOnChain, type Holder } from './school-on-chain';

describeOnChain('a provider that may be wrong', () => {
  let chain: LocalChain;
  let proxy: RpcProxy;
  let on: SchoolOnChain;
  let ann: Holder;
  const open = async (rpcUrls: string[] = [proxy.url]): Promise<void> => {
    on = await SchoolOnChain.open(chain, { rpcUrls });
    await on.tick();
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

  /** Paid and final: Ann has coins on the chain that she can deposit. */
  async function withdrawn(amount: number): Promise<number> {
    const id = await on.withdraws(ann, amount);
    await on.tick();
    await on.mine(confirmations + 1);
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'confirmed' });
    return id;
  }

  test('that leaves out the log of a final deposit is not believed, and the deposit is credited when it is there', async () => {
    await open();
    await withdrawn(50);
    await chain.transferToTreasury(0, unitsOf(12));
    await chain.mine(confirmations + 1);
    const { final } = await on.marks();
    proxy.intercept = truncatedLogs;
    for (let look = 0; look < 4; look++) {
      expect(await on.fails()).toContain('do not explain the treasury');
      expect(await on.marks()).toMatchObject({ final, halted: false });
    }
    expect(await on.balance(ann)).toBe(150);
    proxy.reset();
    await on.tick();
    expect(await on.marks()).toMatchObject({ final: final + confirmations + 1, faults: 0 });
    expect(await on.balance(ann)).toBe(162);
  });

  test('that leaves out a payment and a deposit of the same amount is not believed either', async () => {
    await open();
    await withdrawn(50);
    const id = await on.withdraws(ann, 40);
    await on.tick();
    await chain.transferToTreasury(0, unitsOf(40));
    await chain.mine(confirmations + 1);
    const { final } = await on.marks();
    proxy.intercept = truncatedLogs;
    expect(await on.fails()).toContain('nonce 1 paid');
    expect(await on.marks()).toMatchObject({ final, halted: false });
    proxy.reset();
    await on.tick();
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'confirmed' });
    expect(await on.balance(ann)).toBe(150);
  });

  test.each(['first', 'second'])(
    'about the final block, the %s of two, stops finality until they agree',
    async (which) => {
      await open(which === 'first' ? [proxy.url, chain.rpcUrl] : [chain.rpcUrl, proxy.url]);
      const id = await on.withdraws(ann, 50);
      await on.tick();
      await on.mine();
      const { final } = await on.marks();
      await chain.mine(confirmations);
      proxy.intercept = wrongBlockHash;
      for (let look = 0; look < 4; look++) {
        expect(await on.fails()).toMatch(/The nodes differ at the final block/);
        expect(await on.marks()).toMatchObject({ final, halted: false });
        expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'mined' });
      }
      proxy.reset();
      await on.tick();
      expect(await on.marks()).toMatchObject({ final: final + confirmations });
      expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'confirmed' });
    },
  );

  test('is believed about a lost final block after three looks in a row, not before', async () => {
    await open();
    const { final } = await on.marks();
    for (const fault of [unavailable, unavailable, anotherBranch, anotherBranch, unavailable, anotherBranch]) {
      proxy.intercept = fault;
      await on.fails();
      expect(await on.marks()).toMatchObject({ final, halted: false });
    }
    proxy.intercept = anotherBranch;
    await on.fails();
    expect(await on.marks()).toMatchObject({ final, halted: false });
    await on.fails();
    expect(await on.marks()).toMatchObject({ final, halted: true });
  });
});
