import { unitsPerCoin } from '../../src/modules/chain/settings/token';
import { done } from '../journeys/cast';
import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { confirmations, SchoolOnChain } from './school-on-chain';

describeOnChain('payments and deposits on a chain', () => {
  let chain: LocalChain;
  let on: SchoolOnChain;
  beforeEach(async () => {
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
    on = await SchoolOnChain.open(chain);
    await on.poll();
  }, 60_000);
  afterEach(async () => {
    await on.close();
    await chain.stop();
  });

  test('a withdrawal is paid, and the person is notified when it is final', async () => {
    const ann = await on.holder(100);
    const id = await on.withdraws(ann, 40);
    expect(await on.balance(ann)).toBe(60);
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'reserved', txHash: null, confirmed: false });

    expect(await on.poll()).toMatchObject({ assigned: 1, signed: 1, sent: 1 });
    const sent = await on.withdrawal(ann, id);
    expect(sent).toMatchObject({ state: 'broadcast', txHash: expect.stringMatching(/^0x[0-9a-f]{64}$/) });
    const idle = await on.school.statements(on.poll);
    expect(idle.result).toEqual({});
    // Lease, job run, cursor, settlement and refunds. The number does not grow with the withdrawals that are under way.
    expect(idle.statements.length).toBeLessThanOrEqual(39);

    await on.mine();
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'mined', txHash: sent.txHash, confirmed: false });
    expect(await on.onChain(ann)).toBe(40);
    await on.mine(confirmations - 1);
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'mined' });
    await on.mine();
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'confirmed', confirmed: true, txHash: sent.txHash });
    const [row] = (await done(ann.ask.get('/me/coins/transactions'))).data;
    expect(row).toMatchObject({ type: 'withdrawal', blockchainTxHash: sent.txHash, isBlockchainConfirmed: true });
    await on.school.settle();
    const told = (await done(ann.ask.get('/me/notifications'))).data.map(({ type }: { type: string }) => type);
    expect(told).toContain('withdrawal_confirmed');
    expect(await on.violations()).toEqual([]);
  });

  test('a deposit is credited once when it is final', async () => {
    const ann = await on.holder(100);
    const id = await on.withdraws(ann, 50);
    await on.poll();
    await on.mine(confirmations + 1);
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'confirmed' });
    await chain.transferToTreasury(0, 12n * unitsPerCoin + 5n);
    await on.mine();
    const seen = (await done(ann.ask.get('/me/deposits'))).data;
    expect(seen).toMatchObject([{ state: 'seen', amount: 12 }]);
    expect(await on.balance(ann)).toBe(50);
    await on.mine(confirmations);
    expect(await on.balance(ann)).toBe(62);
    await on.mine(3);
    expect(await on.balance(ann)).toBe(62);
    expect((await done(ann.ask.get('/me/deposits'))).data).toMatchObject([{ state: 'credited', amount: 12 }]);
    expect(await on.violations()).toEqual([]);
  });
});
