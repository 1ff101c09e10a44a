import { unitsPerCoin } from '../../src/modules/chain/settings/token';
import { done } from '../journeys/cast';
import { LocalChain } from '../support/chain';
import { describeOnChain } from '../support/on-chain';
import { confirmations, SchoolOnChain } from './school-on-chain';

describeOnChain('payments and deposits on a chain', () => {
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

  test('a withdrawal is paid, and the person is notified when it is final', async () => {
    const ann = await school.createHolder(100);
    const id = await school.withdraw(ann, 40);
    expect(await school.balance(ann)).toBe(60);
    expect(await school.getWithdrawal(ann, id)).toMatchObject({ status: 'reserved', txHash: null, isConfirmed: false });

    expect(await school.poll()).toMatchObject({ assigned: 1, signed: 1, sent: 1 });
    const sent = await school.getWithdrawal(ann, id);
    expect(sent).toMatchObject({ status: 'broadcast', txHash: expect.stringMatching(/^0x[0-9a-f]{64}$/) });
    const idle = await school.app.statements(school.poll);
    expect(idle.result).toEqual({});
    // Lease, job run, its entry in the audit log, cursor, settlement and refunds. The number does not grow with the withdrawals that are under way.
    expect(idle.statements.length).toBeLessThanOrEqual(40);

    await school.mine();
    expect(await school.getWithdrawal(ann, id)).toMatchObject({
      status: 'mined',
      txHash: sent.txHash,
      isConfirmed: false,
    });
    expect(await school.walletCoins(ann)).toBe(40);
    await school.mine(confirmations - 1);
    expect(await school.getWithdrawal(ann, id)).toMatchObject({ status: 'mined' });
    await school.mine();
    expect(await school.getWithdrawal(ann, id)).toMatchObject({
      status: 'confirmed',
      isConfirmed: true,
      txHash: sent.txHash,
    });
    const [row] = (await done(ann.client.get('/me/coins/transactions'))).data;
    expect(row).toMatchObject({ type: 'withdrawal', blockchainTxHash: sent.txHash, isBlockchainConfirmed: true });
    await school.app.settle();
    const notificationTypes = (await done(ann.client.get('/me/notifications'))).data.map(
      ({ type }: { type: string }) => type,
    );
    expect(notificationTypes).toContain('withdrawal_confirmed');
    expect(await school.listViolations()).toEqual([]);
  });

  test('a deposit is credited once when it is final', async () => {
    const ann = await school.createHolder(100);
    const id = await school.withdraw(ann, 50);
    await school.poll();
    await school.mine(confirmations + 1);
    expect(await school.getWithdrawal(ann, id)).toMatchObject({ status: 'confirmed' });
    await chain.transferToTreasury(0, 12n * unitsPerCoin + 5n);
    await school.mine();
    const seen = (await done(ann.client.get('/me/deposits'))).data;
    expect(seen).toMatchObject([{ status: 'seen', amount: 12 }]);
    expect(await school.balance(ann)).toBe(50);
    await school.mine(confirmations);
    expect(await school.balance(ann)).toBe(62);
    await school.mine(3);
    expect(await school.balance(ann)).toBe(62);
    expect((await done(ann.client.get('/me/deposits'))).data).toMatchObject([{ status: 'credited', amount: 12 }]);
    expect(await school.listViolations()).toEqual([]);
  });
});
