import { int } from '../../src/platform/database/columns';
import { describeOnChain } from '../support/on-chain';
import { ChainFixture } from './chain-fixture';
import { confirmations } from './school-on-chain';

describeOnChain('nonce counts at the final block', () => {
  const fixture = ChainFixture.prepare();
  let { chain, proxy, on, ann, ben } = fixture;
  beforeEach(() => {
    ({ chain, proxy, on, ann, ben } = fixture);
  });

  const finalNonce = async (): Promise<number> =>
    (await on.school.database.row({ n: int }, 'SELECT final_nonce AS n FROM rewards_hot_wallet'))!.n;

  test('a node that counts too few final nonces is at fault: nothing is settled until the next correct poll', async () => {
    const [first, second] = [await on.withdraws(ann, 40), await on.withdraws(ben, 50)];
    await on.poll();
    await chain.mine(confirmations + 1);
    const before = await finalNonce();
    let isTooLow = true;
    proxy.intercept = async ({ method, params: [, at] }, forward) => {
      const answer: string = await forward();
      const isFinal =
        method === 'eth_getTransactionCount' && at !== 'pending' && Number(at) < (await chain.head()).number;
      if (!isTooLow || !isFinal) return answer;
      isTooLow = false;
      return `0x${(Number(answer) - 1).toString(16)}`;
    };
    expect(await on.pollFails()).toContain('has paid');
    expect(await on.cursor()).toMatchObject({ faults: 1, halted: false });
    expect([await finalNonce(), await fixture.state(ann, first)]).not.toContain('confirmed');
    await on.poll();
    expect(await on.cursor()).toMatchObject({ faults: 0, halted: false });
    expect([await fixture.state(ann, first), await fixture.state(ben, second)]).toEqual(['confirmed', 'confirmed']);
    expect(await finalNonce()).toBe(before + 2);
  });

  test('a stored nonce count that is too low is corrected by the next correct poll', async () => {
    const first = await on.withdraws(ann, 40);
    await on.poll();
    await on.mine(confirmations + 1);
    const right = await finalNonce();
    await fixture.change('UPDATE rewards_hot_wallet SET final_nonce = final_nonce - 1');
    const next = await on.withdraws(ben, 50);
    await on.mine();
    expect(await finalNonce()).toBe(right);
    await on.mine(confirmations + 1);
    expect([await fixture.state(ann, first), await fixture.state(ben, next)]).toEqual(['confirmed', 'confirmed']);
    expect(await finalNonce()).toBe(right + 1);
  });
});
