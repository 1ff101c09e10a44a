import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { largestBalance } from '../../src/modules/rewards/ledger/balances';
import { done } from '../journeys/cast';
import { Ledger } from '../../src/modules/rewards';
import { confirmations, SchoolOnChain, type Holder } from './school-on-chain';

describeOnChain('payments that fail on the chain', () => {
  let chain: LocalChain;
  let on: SchoolOnChain;
  beforeEach(async () => {
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
    on = await SchoolOnChain.open(chain);
    await on.tick();
  }, 60_000);
  afterEach(async () => {
    await on.close();
    await chain.stop();
  });

  /** A block in which the contract refuses everything, final since. */
  async function allFail(): Promise<void> {
    const code = await chain.send<string>('eth_getCode', [chain.contract, 'latest']);
    await chain.send('anvil_setCode', [chain.contract, '0xfe']);
    await chain.mine();
    await chain.send('anvil_setCode', [chain.contract, code]);
    await chain.mine(confirmations + 1);
  }

  /** Not earned: what a person has ever earned has a limit of its own. */
  const fill = (userId: number, amount: number): Promise<unknown> =>
    on.school.part(Ledger).post([{ userId, type: 'refund', amount, description: 'as much as there is room for' }]);

  const statesOf = async (ids: readonly number[]): Promise<string[]> =>
    (await on.states()).filter(({ id }) => ids.includes(id)).map(({ state }) => state);

  test('are refunded, and however many find no room in a balance hold up nobody', async () => {
    const rich = [await on.holder(100), await on.holder(100), await on.holder(100)];
    const dan = await on.holder(100);
    const waiting: number[] = [];
    // More than are looked into at a time.
    for (const person of rich) for (let count = 3; count > 0; count--) waiting.push(await on.withdraws(person, 20));
    const late = await on.withdraws(dan, 40);
    await on.tick();
    await allFail();
    for (const { ask } of rich) await fill(ask.id, largestBalance - 40);
    for (let looks = 3; looks > 0; looks--) await on.tick();
    expect(await on.withdrawal(dan, late)).toMatchObject({ state: 'refunded' });
    expect(await statesOf(waiting)).toEqual(waiting.map(() => 'broadcast'));
    const [ann] = rich as [Holder];
    expect(await on.withdrawal(ann, waiting[0]!)).toMatchObject({
      reason: 'The refund waits, because the balance would be above its limit',
    });

    await done(ann.ask.post('/coins/transfers', { recipientId: dan.ask.id, amount: 60 }));
    for (let looks = 3; looks > 0; looks--) await on.tick();
    expect(await statesOf(waiting.slice(0, 3))).toEqual(['refunded', 'refunded', 'refunded']);
    expect(await on.balance(ann)).toBe(largestBalance);
    // The books agree; that so much is owed is not covered, and is said.
    expect(await on.violations()).toMatchObject([
      { invariant: 'I15', detail: expect.stringContaining('but the school owes') },
    ]);
  });
});
