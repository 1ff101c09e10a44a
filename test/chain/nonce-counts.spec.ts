import { int } from '../../src/platform/database/columns';
import { describeOnChain } from '../support/on-chain';
import { ChainFixture } from './chain-fixture';
import { confirmations } from './school-on-chain';

describeOnChain('nonce counts at the final block', () => {
  const fixture = ChainFixture.prepare();
  let { chain, proxy, school, ann, ben } = fixture;
  beforeEach(() => {
    ({ chain, proxy, school, ann, ben } = fixture);
  });

  const getFinalNonce = async (): Promise<number> =>
    (await school.app.database.row({ finalNonce: int }, 'SELECT final_nonce AS "finalNonce" FROM rewards_hot_wallet'))!
      .finalNonce;

  test('a node that counts too few final nonces is at fault: nothing is settled until the next correct poll', async () => {
    const [first, second] = [await school.withdraw(ann, 40), await school.withdraw(ben, 50)];
    await school.poll();
    await chain.mine(confirmations + 1);
    const before = await getFinalNonce();
    let isTooLow = true;
    proxy.intercept = async ({ method, params: [, at] }, forward) => {
      const countHex: string = await forward();
      const isFinal =
        method === 'eth_getTransactionCount' && at !== 'pending' && Number(at) < (await chain.head()).number;
      if (!isTooLow || !isFinal) return countHex;
      isTooLow = false;
      return `0x${(Number(countHex) - 1).toString(16)}`;
    };
    expect(await school.reasonOfFailedPoll()).toContain('has paid');
    expect(await school.getCursor()).toMatchObject({ faults: 1, halted: false });
    expect([await getFinalNonce(), await fixture.stateOf(ann, first)]).not.toContain('confirmed');
    await school.poll();
    expect(await school.getCursor()).toMatchObject({ faults: 0, halted: false });
    expect([await fixture.stateOf(ann, first), await fixture.stateOf(ben, second)]).toEqual(['confirmed', 'confirmed']);
    expect(await getFinalNonce()).toBe(before + 2);
  });

  test('a stored nonce count that is too low is corrected by the next correct poll', async () => {
    const first = await school.withdraw(ann, 40);
    await school.poll();
    await school.mine(confirmations + 1);
    const right = await getFinalNonce();
    await fixture.changeRows('UPDATE rewards_hot_wallet SET final_nonce = final_nonce - 1');
    const next = await school.withdraw(ben, 50);
    await school.mine();
    expect(await getFinalNonce()).toBe(right);
    await school.mine(confirmations + 1);
    expect([await fixture.stateOf(ann, first), await fixture.stateOf(ben, next)]).toEqual(['confirmed', 'confirmed']);
    expect(await getFinalNonce()).toBe(right + 1);
  });
});
