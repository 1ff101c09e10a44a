import { unitsOf } from '../../src/modules/chain/settings/token';
import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { anotherBranch, truncatedLogs, unavailable, wrongBlockHash } from '../support/rpc-faults';
import { RpcProxy } from '../support/rpc-proxy';
import { confirmations, SchoolOnChain, type Holder } from './school-on-chain';

describeOnChain('nodes with wrong responses', () => {
  let chain: LocalChain;
  let proxy: RpcProxy;
  let school: SchoolOnChain;
  let ann: Holder;
  const open = async (rpcUrls: string[] = [proxy.url]): Promise<void> => {
    school = await SchoolOnChain.open(chain, { rpcUrls });
    await school.poll();
    ann = await school.createHolder(200);
  };
  beforeEach(async () => {
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
    proxy = await RpcProxy.start(chain.rpcUrl);
  }, 60_000);
  afterEach(async () => {
    const violations = await school.listViolations();
    await school.close();
    await proxy.stop();
    await chain.stop();
    expect(violations).toEqual([]);
  });

  /** A confirmed withdrawal, so that Ann has coins on the chain that she can deposit. */
  async function withdrawn(amount: number): Promise<number> {
    const id = await school.withdraw(ann, amount);
    await school.poll();
    await school.mine(confirmations + 1);
    expect(await school.getWithdrawal(ann, id)).toMatchObject({ status: 'confirmed' });
    return id;
  }

  test('a node that omits the log of a final deposit is not believed, and the deposit is credited when the node shows it', async () => {
    await open();
    await withdrawn(50);
    await chain.transferToTreasury(0, unitsOf(12));
    await chain.mine(confirmations + 1);
    const { final } = await school.getCursor();
    proxy.intercept = truncatedLogs;
    for (let poll = 0; poll < 4; poll++) {
      expect(await school.reasonOfFailedPoll()).toContain('do not explain the treasury');
      expect(await school.getCursor()).toMatchObject({ final, halted: false });
    }
    expect(await school.balance(ann)).toBe(150);
    proxy.reset();
    await school.poll();
    expect(await school.getCursor()).toMatchObject({ final: final + confirmations + 1, faults: 0 });
    expect(await school.balance(ann)).toBe(162);
  });

  test('a node that omits a payment and a deposit of the same amount is not believed', async () => {
    await open();
    await withdrawn(50);
    const id = await school.withdraw(ann, 40);
    await school.poll();
    await chain.transferToTreasury(0, unitsOf(40));
    await chain.mine(confirmations + 1);
    const { final } = await school.getCursor();
    proxy.intercept = truncatedLogs;
    expect(await school.reasonOfFailedPoll()).toContain('nonce 1 paid');
    expect(await school.getCursor()).toMatchObject({ final, halted: false });
    proxy.reset();
    await school.poll();
    expect(await school.getWithdrawal(ann, id)).toMatchObject({ status: 'confirmed' });
    expect(await school.balance(ann)).toBe(150);
  });

  test.each(['first', 'second'])(
    'if the %s of two nodes has a different final block, nothing becomes final until they agree',
    async (which) => {
      await open(which === 'first' ? [proxy.url, chain.rpcUrl] : [chain.rpcUrl, proxy.url]);
      const id = await school.withdraw(ann, 50);
      await school.poll();
      await school.mine();
      const { final } = await school.getCursor();
      await chain.mine(confirmations);
      proxy.intercept = wrongBlockHash;
      for (let poll = 0; poll < 4; poll++) {
        expect(await school.reasonOfFailedPoll()).toMatch(/The nodes differ at the final block/);
        expect(await school.getCursor()).toMatchObject({ final, halted: false });
        expect(await school.getWithdrawal(ann, id)).toMatchObject({ status: 'mined' });
      }
      proxy.reset();
      await school.poll();
      expect(await school.getCursor()).toMatchObject({ final: final + confirmations });
      expect(await school.getWithdrawal(ann, id)).toMatchObject({ status: 'confirmed' });
    },
  );

  test('a node that misses the final block is believed after three polls in a row, not before', async () => {
    await open();
    const { final } = await school.getCursor();
    for (const fault of [unavailable, unavailable, anotherBranch, anotherBranch, unavailable, anotherBranch]) {
      proxy.intercept = fault;
      await school.reasonOfFailedPoll();
      expect(await school.getCursor()).toMatchObject({ final, halted: false });
    }
    proxy.intercept = anotherBranch;
    await school.reasonOfFailedPoll();
    expect(await school.getCursor()).toMatchObject({ final, halted: false });
    await school.reasonOfFailedPoll();
    expect(await school.getCursor()).toMatchObject({ final, halted: true });
  });
});
