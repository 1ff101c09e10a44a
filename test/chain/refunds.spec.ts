import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { maxBalance } from '../../src/modules/rewards/ledger/balances';
import { done } from '../journeys/cast';
import { Ledger } from '../../src/modules/rewards';
import { confirmations, SchoolOnChain, type Holder } from './school-on-chain';

describeOnChain('refunds of failed payments', () => {
  let chain: LocalChain;
  let school: SchoolOnChain;
  beforeEach(async () => {
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
    school = await SchoolOnChain.open(chain);
    await school.poll();
  }, 60_000);
  afterEach(async () => {
    await school.close();
    await chain.stop();
  });

  /** Mines a block in which the contract refuses everything, until it is final. */
  async function allFail(): Promise<void> {
    const code = await chain.send<string>('eth_getCode', [chain.contract, 'latest']);
    await chain.send('anvil_setCode', [chain.contract, '0xfe']);
    await chain.mine();
    await chain.send('anvil_setCode', [chain.contract, code]);
    await chain.mine(confirmations + 1);
  }

  /** Posted as a refund, because earned coins have a limit of their own. */
  const fill = (userId: number, amount: number): Promise<unknown> =>
    school.app.part(Ledger).post([{ userId, type: 'refund', amount, description: 'up to the balance limit' }]);

  const statesOf = async (ids: readonly number[]): Promise<string[]> =>
    (await school.listWithdrawals()).filter(({ id }) => ids.includes(id)).map(({ state }) => state);

  test('failed payments are refunded, and those that would exceed the balance limit do not block others', async () => {
    const rich = [await school.createHolder(100), await school.createHolder(100), await school.createHolder(100)];
    const dan = await school.createHolder(100);
    const waiting: number[] = [];
    // More than one poll handles.
    for (const person of rich) for (let count = 3; count > 0; count--) waiting.push(await school.withdraw(person, 20));
    const late = await school.withdraw(dan, 40);
    await school.poll();
    await allFail();
    for (const { client } of rich) await fill(client.id, maxBalance - 40);
    for (let left = 3; left > 0; left--) await school.poll();
    expect(await school.getWithdrawal(dan, late)).toMatchObject({ status: 'refunded' });
    expect(await statesOf(waiting)).toEqual(waiting.map(() => 'broadcast'));
    const [ann] = rich as [Holder];
    expect(await school.getWithdrawal(ann, waiting[0]!)).toMatchObject({
      reason: 'The refund waits, because the balance would be above its limit',
    });

    await done(ann.client.post('/coins/transfers', { recipientId: dan.client.id, amount: 60 }));
    for (let left = 3; left > 0; left--) await school.poll();
    expect(await statesOf(waiting.slice(0, 3))).toEqual(['refunded', 'refunded', 'refunded']);
    expect(await school.balance(ann)).toBe(maxBalance);
    // The ledger agrees. The audit reports that the treasury does not cover these balances.
    expect(await school.listViolations()).toMatchObject([
      { invariant: 'I15', detail: expect.stringContaining('but the school owes') },
    ]);
  });
});
