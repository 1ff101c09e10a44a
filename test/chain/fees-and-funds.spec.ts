import { parseEther } from 'ethers';
import { unitsOf } from '../../src/modules/chain/settings/token';
import { describeOnChain } from '../support/on-chain';
import { done } from '../journeys/cast';
import { endow } from '../rewards/ledger-state';
import { ChainFixture } from './chain-fixture';
import { confirmations, type Holder } from './school-on-chain';

const gwei = 10n ** 9n;

describeOnChain('fees and funds of payments', () => {
  const fixture = ChainFixture.prepare();
  const { state } = fixture;
  const change = (...args: Parameters<ChainFixture['change']>) => fixture.change(...args);
  let { chain, proxy, on, admin, ann, ben } = fixture;
  beforeEach(() => {
    ({ chain, proxy, on, admin, ann, ben } = fixture);
  });

  test.each(['older', 'newer'])(
    'a stuck payment is sent again with a higher fee and the same nonce, and is paid once by the %s attempt',
    async (which) => {
      const id = await on.withdraws(ann, 40);
      await on.poll();
      // Above the fee of the first attempt, so that it waits in the pool.
      await chain.setNextBlockBaseFee(5n * gwei);
      await on.mine();
      expect(await state(ann, id)).toBe('broadcast');
      on.advanceClock(181);
      await on.poll();
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

  test('a stuck payment that offers the maximum fee is sent again unchanged', async () => {
    const id = await on.withdraws(ann, 40);
    await chain.setNextBlockBaseFee(10n * gwei);
    await on.mine();
    for (let round = 0; round < 4; round++) {
      await chain.setNextBlockBaseFee(30n * gwei);
      on.advanceClock(181);
      await on.mine();
    }
    const attempts = await on.attempts(id);
    const sent = proxy.rawTransactions.filter((hash) => hash === attempts.at(-1)!.txHash).length;
    expect(sent).toBeGreaterThanOrEqual(3);
    for (const { maxFee } of attempts) expect(BigInt(maxFee)).toBeLessThanOrEqual(20n * gwei);
    await chain.setNextBlockBaseFee(gwei);
    on.advanceClock(46);
    await on.poll();
    await on.mine(confirmations + 1);
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'confirmed' });
    expect(await on.paymentsTo(ann)).toHaveLength(1);
  });

  test('a payment waits with a reason while the treasury has no money for gas, and then continues by itself', async () => {
    await chain.setBalance(chain.treasury, 1_000n);
    const id = await on.withdraws(ann, 40);
    for (let poll = 0; poll < 3; poll++) {
      await on.poll();
      on.advanceClock(200);
    }
    expect(await state(ann, id)).toBe('signed');
    expect(await on.attempts(id)).toEqual([
      expect.objectContaining({ refusal: expect.stringMatching(/insufficient funds/i) }),
    ]);
    await chain.setBalance(chain.treasury, parseEther('1'));
    await on.poll();
    await on.mine(confirmations + 1);
    expect([await state(ann, id), await on.onChain(ann)]).toEqual(['confirmed', 40]);
  });

  test('an underfunded treasury pays withdrawals in order while its coins last, and administrators are notified once', async () => {
    // Nearly all coins are taken with the key. The balances of the people do not change.
    const all = Number((await chain.balanceOf(chain.treasury)) / unitsOf(1));
    await chain.fund(chain.wallets[4]!.address, unitsOf(all - 100));
    await on.mine(confirmations + 2);
    const [payout] = await done(admin.get('/coins/chain/payouts')).then(({ data }) => data);
    await done(admin.put(`/coins/chain/payouts/${payout.id}/booking`, { reason: 'stolen' }));
    const nextNonce = (await done(admin.get('/coins/chain/status'))).hotWallets[0].headNonce;
    await done(admin.delete(`/coins/hot-wallets/${chain.treasury}/halt`, { reason: 'the key is another', nextNonce }));
    const ids = [await on.withdraws(ann, 60), await on.withdraws(ben, 50), await on.withdraws(ann, 30)];
    for (let poll = 0; poll < 3; poll++) await on.mine(confirmations + 1);
    const waiting = async (holder: Holder, id: number) => {
      const { state: now, waitingFor } = await on.withdrawal(holder, id);
      return [now, waitingFor];
    };
    expect(await state(ann, ids[0]!)).toBe('confirmed');
    expect(await waiting(ben, ids[1]!)).toEqual(['reserved', 'treasury']);
    expect(await waiting(ann, ids[2]!)).toEqual(['reserved', 'treasury']);
    const [listed] = (await done(admin.get('/coins/chain/withdrawals?state=reserved'))).data;
    expect(listed).toMatchObject({ id: ids[2], waitingFor: 'treasury' });
    expect(await on.cursor()).toMatchObject({ underfunded: true, halted: false });
    const short = (await on.violations()).map(({ invariant, detail }) => `${invariant}: ${detail}`);
    expect(short).toEqual([expect.stringMatching(/^I15: .*, but the school owes /)]);
    on.advanceClock(6);
    const { violations } = await done(ann.ask.get('/coins/supply'));
    expect(violations).toMatchObject([{ code: 'TREASURY_BELOW_LIABILITIES' }]);
    expect(await on.haltMessages(admin)).toHaveLength(2);
    const minter = await chain.provider.getSigner((await chain.send<string[]>('eth_accounts'))[0]);
    await chain.tokenOf(minter).getFunction('mint')(chain.treasury, unitsOf(10_000));
    await on.mine(confirmations + 1);
    await on.mine(confirmations + 1);
    expect([await state(ben, ids[1]!), await state(ann, ids[2]!)]).toEqual(['confirmed', 'confirmed']);
    expect(await on.haltMessages(admin)).toHaveLength(2);
  });

  test('a withdrawal is paid if the treasury covers it, even if it does not cover all balances', async () => {
    fixture.broken = ['I15'];
    await endow(on.school, ben.ask.id, 1_000_000_001);
    await on.mine();
    const id = await on.withdraws(ann, 100);
    for (let poll = 0; poll < 3; poll++) await on.mine(confirmations);
    expect([await state(ann, id), await on.onChain(ann)]).toEqual(['confirmed', 100]);
    expect(await on.cursor()).toMatchObject({ underfunded: true, halted: false });
  });

  test('the signer signs up to the limit of 24 hours, and the other withdrawals wait', async () => {
    const ids = [await on.withdraws(ann, 600), await on.withdraws(ben, 600)];
    await on.poll();
    await on.mine(confirmations + 1);
    expect([await state(ann, ids[0]!), await state(ben, ids[1]!)]).toEqual(['confirmed', 'reserved']);
    expect(await on.withdrawal(ben, ids[1]!)).toMatchObject({ waitingFor: 'limit' });
    await change(`UPDATE rewards_withdrawal_attempt SET signed_at = $1`, [new Date(0)]);
    await on.poll();
    await on.mine(confirmations + 1);
    expect(await state(ben, ids[1]!)).toBe('confirmed');
  });
});
