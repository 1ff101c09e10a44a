import { int } from '../../src/platform/database/columns';
import { describeOnChain } from '../support/on-chain';
import { ChainFixture } from './chain-fixture';
import { confirmations } from './school-on-chain';

describeOnChain('the count of nonces at the final block', () => {
  const scene = ChainFixture.prepare();
  let { chain, proxy, on, ann, ben } = scene;
  beforeEach(() => {
    ({ chain, proxy, on, ann, ben } = scene);
  });

  const finalNonce = async (): Promise<number> =>
    (await on.school.database.row({ n: int }, 'SELECT final_nonce AS n FROM rewards_hot_wallet'))!.n;

  test('that leaves out a final payment is a fault of the node: nothing is settled, and the next look goes on', async () => {
    const [first, second] = [await on.withdraws(ann, 40), await on.withdraws(ben, 50)];
    await on.tick();
    await chain.mine(confirmations + 1);
    const before = await finalNonce();
    let low = true;
    proxy.intercept = async ({ method, params: [, at] }, forward) => {
      const answer: string = await forward();
      const isFinal =
        method === 'eth_getTransactionCount' && at !== 'pending' && Number(at) < (await chain.head()).number;
      if (!low || !isFinal) return answer;
      low = false;
      return `0x${(Number(answer) - 1).toString(16)}`;
    };
    expect(await on.fails()).toContain('has paid');
    expect(await on.marks()).toMatchObject({ faults: 1, halted: false });
    expect([await finalNonce(), await scene.state(ann, first)]).not.toContain('confirmed');
    await on.tick();
    expect(await on.marks()).toMatchObject({ faults: 0, halted: false });
    expect([await scene.state(ann, first), await scene.state(ben, second)]).toEqual(['confirmed', 'confirmed']);
    expect(await finalNonce()).toBe(before + 2);
  });

  test('that was believed too low once heals at the next true look', async () => {
    const first = await on.withdraws(ann, 40);
    await on.tick();
    await on.mine(confirmations + 1);
    const right = await finalNonce();
    await scene.change('UPDATE rewards_hot_wallet SET final_nonce = final_nonce - 1');
    const next = await on.withdraws(ben, 50);
    await on.mine();
    expect(await finalNonce()).toBe(right);
    await on.mine(confirmations + 1);
    expect([await scene.state(ann, first), await scene.state(ben, next)]).toEqual(['confirmed', 'confirmed']);
    expect(await finalNonce()).toBe(right + 1);
  });
});
