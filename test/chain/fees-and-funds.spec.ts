import { parseEther } from 'ethers';
import { unitsOf } from '../../src/modules/chain/settings/token';
import { describeOnChain } from '../support/on-chain';
import { done } from '../journeys/cast';
import { endow } from '../rewards/books';
import { ChainFixture } from './chain-fixture';
import { confirmations, type Holder } from './school-on-chain';

const gwei = 10n ** 9n;

describeOnChain('what a payment costs and may cost', () => {
  const scene = ChainFixture.prepare();
  const { state } = scene;
  const change = (...args: Parameters<ChainFixture['change']>) => scene.change(...args);
  let { chain, proxy, on, admin, ann, ben } = scene;
  beforeEach(() => {
    ({ chain, proxy, on, admin, ann, ben } = scene);
  });

  test.each(['older', 'newer'])(
    'a stuck payment is bumped with the same nonce; the %s attempt pays, once',
    async (which) => {
      const id = await on.withdraws(ann, 40);
      await on.tick();
      // More than the first attempt offers: it waits in the pool.
      await chain.setNextBlockBaseFee(5n * gwei);
      await on.mine();
      expect(await state(ann, id)).toBe('broadcast');
      on.later(181);
      await on.tick();
      const [older, newer] = await on.attempts(id);
      expect(BigInt(newer!.maxFee)).toBeGreaterThan(5n * gwei);
      await chain.drop(newer!.txHash);
      if (which === 'older') await chain.setNextBlockBaseFee(1n);
      await chain.send('eth_sendRawTransaction', [which === 'older' ? older!.raw : newer!.raw]);
      await on.mine(confirmations + 1);
      const paid = which === 'older' ? older!.txHash : newer!.txHash;
      expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'confirmed', txHash: paid });
      expect(await on.paymentsTo(ann)).toEqual([paid]);
    },
  );

  test('at the largest fee a stuck payment is only sent again', async () => {
    const id = await on.withdraws(ann, 40);
    await chain.setNextBlockBaseFee(10n * gwei);
    await on.mine();
    for (let patience = 0; patience < 4; patience++) {
      await chain.setNextBlockBaseFee(30n * gwei);
      on.later(181);
      await on.mine();
    }
    const attempts = await on.attempts(id);
    const sent = proxy.rawTransactions.filter((hash) => hash === attempts.at(-1)!.txHash).length;
    expect(sent).toBeGreaterThanOrEqual(3);
    for (const { maxFee } of attempts) expect(BigInt(maxFee)).toBeLessThanOrEqual(20n * gwei);
    await chain.setNextBlockBaseFee(gwei);
    on.later(46);
    await on.tick();
    await on.mine(confirmations + 1);
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'confirmed' });
    expect(await on.paymentsTo(ann)).toHaveLength(1);
  });

  test('without money for gas a payment waits, says why, and goes on by itself', async () => {
    await chain.setBalance(chain.treasury, 1_000n);
    const id = await on.withdraws(ann, 40);
    for (let look = 0; look < 3; look++) {
      await on.tick();
      on.later(200);
    }
    expect(await state(ann, id)).toBe('signed');
    expect(await on.attempts(id)).toEqual([
      expect.objectContaining({ refusal: expect.stringMatching(/insufficient funds/i) }),
    ]);
    await chain.setBalance(chain.treasury, parseEther('1'));
    await on.tick();
    await on.mine(confirmations + 1);
    expect([await state(ann, id), await on.onChain(ann)]).toEqual(['confirmed', 40]);
  });

  test('a treasury that owes more than it has pays what is asked for as far as it reaches, in order, and says so once', async () => {
    // Somebody took nearly all of it, with the key; and what was earned is owed as before.
    const all = Number((await chain.balanceOf(chain.treasury)) / unitsOf(1));
    await chain.fund(chain.wallets[4]!.address, unitsOf(all - 100));
    await on.mine(confirmations + 2);
    const [payout] = await done(admin.get('/coins/chain/payouts')).then(({ data }) => data);
    await done(admin.put(`/coins/chain/payouts/${payout.id}/booking`, { reason: 'stolen' }));
    const nextNonce = (await done(admin.get('/coins/chain/status'))).hotWallets[0].headNonce;
    await done(admin.delete(`/coins/hot-wallets/${chain.treasury}/halt`, { reason: 'the key is another', nextNonce }));
    const ids = [await on.withdraws(ann, 60), await on.withdraws(ben, 50), await on.withdraws(ann, 30)];
    for (let look = 0; look < 3; look++) await on.mine(confirmations + 1);
    const waiting = async (holder: Holder, id: number) => {
      const { state: now, waitingFor } = await on.withdrawal(holder, id);
      return [now, waitingFor];
    };
    expect(await state(ann, ids[0]!)).toBe('confirmed');
    expect(await waiting(ben, ids[1]!)).toEqual(['reserved', 'treasury']);
    expect(await waiting(ann, ids[2]!)).toEqual(['reserved', 'treasury']);
    const [listed] = (await done(admin.get('/coins/chain/withdrawals?state=reserved'))).data;
    expect(listed).toMatchObject({ id: ids[2], waitingFor: 'treasury' });
    expect(await on.marks()).toMatchObject({ underfunded: true, halted: false });
    const short = (await on.violations()).map(({ invariant, detail }) => `${invariant}: ${detail}`);
    expect(short).toEqual([expect.stringMatching(/^I15: .*, but the school owes /)]);
    on.later(6);
    const { violations } = await done(ann.ask.get('/coins/supply'));
    expect(violations).toMatchObject([{ code: 'TREASURY_BELOW_LIABILITIES' }]);
    expect(await on.alarms(admin)).toHaveLength(2);
    const minter = await chain.provider.getSigner((await chain.send<string[]>('eth_accounts'))[0]);
    await chain.tokenOf(minter).getFunction('mint')(chain.treasury, unitsOf(10_000));
    await on.mine(confirmations + 1);
    await on.mine(confirmations + 1);
    expect([await state(ben, ids[1]!), await state(ann, ids[2]!)]).toEqual(['confirmed', 'confirmed']);
    expect(await on.alarms(admin)).toHaveLength(2);
  });

  test('what is owed beyond the treasury keeps nobody from what they ask for', async () => {
    scene.broken = ['I15'];
    await endow(on.school, ben.ask.id, 1_000_000_001);
    await on.mine();
    const id = await on.withdraws(ann, 100);
    for (let look = 0; look < 3; look++) await on.mine(confirmations);
    expect([await state(ann, id), await on.onChain(ann)]).toEqual(['confirmed', 100]);
    expect(await on.marks()).toMatchObject({ underfunded: true, halted: false });
  });

  test('the signer pays no more than its cap within a day; the rest waits for the next', async () => {
    const ids = [await on.withdraws(ann, 600), await on.withdraws(ben, 600)];
    await on.tick();
    await on.mine(confirmations + 1);
    expect([await state(ann, ids[0]!), await state(ben, ids[1]!)]).toEqual(['confirmed', 'reserved']);
    expect(await on.withdrawal(ben, ids[1]!)).toMatchObject({ waitingFor: 'limit' });
    await change(`UPDATE rewards_withdrawal_attempt SET signed_at = $1`, [new Date(0)]);
    await on.tick();
    await on.mine(confirmations + 1);
    expect(await state(ben, ids[1]!)).toBe('confirmed');
  });
});
