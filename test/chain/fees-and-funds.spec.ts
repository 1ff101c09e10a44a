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
  const { stateOf } = fixture;
  const change = (...args: Parameters<ChainFixture['changeRows']>) => fixture.changeRows(...args);
  let { chain, proxy, school, admin, ann, ben } = fixture;
  beforeEach(() => {
    ({ chain, proxy, school, admin, ann, ben } = fixture);
  });

  test.each(['older', 'newer'])(
    'a stuck payment is sent again with a higher fee and the same nonce, and is paid once by the %s attempt',
    async (which) => {
      const id = await school.withdraw(ann, 40);
      await school.poll();
      // Above the fee of the first attempt, so that it waits in the pool.
      await chain.setNextBlockBaseFee(5n * gwei);
      await school.mine();
      expect(await stateOf(ann, id)).toBe('broadcast');
      school.advanceClock(181);
      await school.poll();
      const [older, newer] = await school.listAttempts(id);
      expect(BigInt(newer!.maxFee)).toBeGreaterThan(5n * gwei);
      await chain.drop(newer!.txHash);
      if (which === 'older') await chain.setNextBlockBaseFee(1n);
      await chain.send('eth_sendRawTransaction', [which === 'older' ? older!.raw : newer!.raw]);
      await school.mine(confirmations + 1);
      const paid = which === 'older' ? older!.txHash : newer!.txHash;
      expect(await school.getWithdrawal(ann, id)).toMatchObject({ status: 'confirmed', txHash: paid });
      expect(await school.listPaymentHashes(ann)).toEqual([paid]);
    },
  );

  test('a stuck payment that offers the maximum fee is sent again unchanged', async () => {
    const id = await school.withdraw(ann, 40);
    await chain.setNextBlockBaseFee(10n * gwei);
    await school.mine();
    for (let round = 0; round < 4; round++) {
      await chain.setNextBlockBaseFee(30n * gwei);
      school.advanceClock(181);
      await school.mine();
    }
    const attempts = await school.listAttempts(id);
    const sent = proxy.rawTransactions.filter((hash) => hash === attempts.at(-1)!.txHash).length;
    expect(sent).toBeGreaterThanOrEqual(3);
    for (const { maxFee } of attempts) expect(BigInt(maxFee)).toBeLessThanOrEqual(20n * gwei);
    await chain.setNextBlockBaseFee(gwei);
    school.advanceClock(46);
    await school.poll();
    await school.mine(confirmations + 1);
    expect(await school.getWithdrawal(ann, id)).toMatchObject({ status: 'confirmed' });
    expect(await school.listPaymentHashes(ann)).toHaveLength(1);
  });

  test('a payment waits with a reason while the treasury has no money for gas, and then continues by itself', async () => {
    await chain.setBalance(chain.treasury, 1_000n);
    const id = await school.withdraw(ann, 40);
    for (let poll = 0; poll < 3; poll++) {
      await school.poll();
      school.advanceClock(200);
    }
    expect(await stateOf(ann, id)).toBe('signed');
    expect(await school.listAttempts(id)).toEqual([
      expect.objectContaining({ refusal: expect.stringMatching(/insufficient funds/i) }),
    ]);
    await chain.setBalance(chain.treasury, parseEther('1'));
    await school.poll();
    await school.mine(confirmations + 1);
    expect([await stateOf(ann, id), await school.walletCoins(ann)]).toEqual(['confirmed', 40]);
  });

  test('an underfunded treasury pays withdrawals in order while its coins last, and administrators are notified once', async () => {
    // Nearly all coins are taken with the key. The balances of the people do not change.
    const all = Number((await chain.balanceOf(chain.treasury)) / unitsOf(1));
    await chain.fund(chain.wallets[4]!.address, unitsOf(all - 100));
    await school.mine(confirmations + 2);
    const [payout] = await done(admin.get('/coins/chain/payouts')).then(({ data }) => data);
    await done(admin.put(`/coins/chain/payouts/${payout.id}/booking`, { reason: 'stolen' }));
    const nextNonce = (await done(admin.get('/coins/chain/status'))).hotWallets[0].headNonce;
    await done(admin.delete(`/coins/hot-wallets/${chain.treasury}/halt`, { reason: 'the key is another', nextNonce }));
    const ids = [await school.withdraw(ann, 60), await school.withdraw(ben, 50), await school.withdraw(ann, 30)];
    for (let poll = 0; poll < 3; poll++) await school.mine(confirmations + 1);
    const waiting = async (holder: Holder, id: number) => {
      const { status: now, waitingFor } = await school.getWithdrawal(holder, id);
      return [now, waitingFor];
    };
    expect(await stateOf(ann, ids[0]!)).toBe('confirmed');
    expect(await waiting(ben, ids[1]!)).toEqual(['reserved', 'treasury']);
    expect(await waiting(ann, ids[2]!)).toEqual(['reserved', 'treasury']);
    const [listed] = (await done(admin.get('/coins/chain/withdrawals?status=reserved'))).data;
    expect(listed).toMatchObject({ id: ids[2], waitingFor: 'treasury' });
    expect(await school.getCursor()).toMatchObject({ underfunded: true, halted: false });
    const short = (await school.listViolations()).map(({ invariant, detail }) => `${invariant}: ${detail}`);
    expect(short).toEqual([expect.stringMatching(/^I15: .*, but the school owes /)]);
    school.advanceClock(6);
    const { violations } = await done(ann.client.get('/coins/supply'));
    expect(violations).toMatchObject([{ code: 'TREASURY_BELOW_LIABILITIES' }]);
    expect(await school.listHaltMessages(admin)).toHaveLength(2);
    const minter = await chain.provider.getSigner((await chain.send<string[]>('eth_accounts'))[0]);
    await chain.tokenOf(minter).getFunction('mint')(chain.treasury, unitsOf(10_000));
    await school.mine(confirmations + 1);
    await school.mine(confirmations + 1);
    expect([await stateOf(ben, ids[1]!), await stateOf(ann, ids[2]!)]).toEqual(['confirmed', 'confirmed']);
    expect(await school.listHaltMessages(admin)).toHaveLength(2);
  });

  test('a withdrawal is paid if the treasury covers it, even if it does not cover all balances', async () => {
    fixture.expectedViolations = ['I15'];
    await endow(school.app, ben.client.id, 1_000_000_001);
    await school.mine();
    const id = await school.withdraw(ann, 100);
    for (let poll = 0; poll < 3; poll++) await school.mine(confirmations);
    expect([await stateOf(ann, id), await school.walletCoins(ann)]).toEqual(['confirmed', 100]);
    expect(await school.getCursor()).toMatchObject({ underfunded: true, halted: false });
  });

  test('the signer signs up to the limit of 24 hours, and the other withdrawals wait', async () => {
    const ids = [await school.withdraw(ann, 600), await school.withdraw(ben, 600)];
    await school.poll();
    await school.mine(confirmations + 1);
    expect([await stateOf(ann, ids[0]!), await stateOf(ben, ids[1]!)]).toEqual(['confirmed', 'reserved']);
    expect(await school.getWithdrawal(ben, ids[1]!)).toMatchObject({ waitingFor: 'limit' });
    await change(`UPDATE rewards_withdrawal_attempt SET signed_at = $1`, [new Date(0)]);
    await school.poll();
    await school.mine(confirmations + 1);
    expect(await stateOf(ben, ids[1]!)).toBe('confirmed');
  });
});
