import { unitsOf } from '../../src/modules/chain/settings/token';
import { Transfers } from '../../src/modules/rewards/ledger/transfers';
import { text } from '../../src/platform/database/columns';
import { describeOnChain } from '../support/on-chain';
import { endow } from '../rewards/ledger-state';
import { ChainFixture } from './chain-fixture';
import { confirmations, type Holder } from './school-on-chain';

const gwei = 10n ** 9n;
const maxBalance = 2_147_483_647;

describeOnChain('faults on the chain', () => {
  const fixture = ChainFixture.prepare();
  const { stateOf, refundsOf } = fixture;
  const rowOf = (id: number) => fixture.getWithdrawalRow(id);
  const change = (...args: Parameters<ChainFixture['changeRows']>) => fixture.changeRows(...args);
  const notificationTypesOf = (holder: Holder) => fixture.notificationTypesOf(holder);
  let { chain, proxy, school, admin, ann, ben } = fixture;
  beforeEach(() => {
    ({ chain, proxy, school, admin, ann, ben } = fixture);
  });

  test('a payment that is in no pool blocks later payments until it is sent again', async () => {
    const [first, second] = [await school.withdraw(ann, 40), await school.withdraw(ben, 50)];
    await school.poll();
    await chain.drop((await school.listAttempts(first))[0]!.txHash);
    await school.mine(2);
    expect([await stateOf(ann, first), await stateOf(ben, second)]).toEqual(['broadcast', 'broadcast']);
    school.advanceClock(46);
    await school.poll();
    await school.mine(confirmations + 1);
    expect([await stateOf(ann, first), await stateOf(ben, second)]).toEqual(['confirmed', 'confirmed']);
  });

  test('a payment that the signer refuses waits with the later ones, and all are paid when it signs', async () => {
    const [first, second] = [await school.withdraw(ann, 40), await school.withdraw(ben, 50)];
    // The amount in the row is changed, so that the signer's own check finds more than its limit.
    await change('UPDATE rewards_withdrawal SET amount = 2000 WHERE id = $1', [first]);
    await change(`UPDATE rewards_hot_wallet SET next_nonce = next_nonce + 2`);
    for (const [at, id] of [first, second].entries())
      await change(
        `UPDATE rewards_withdrawal SET state = 'signing', nonce = (SELECT first_nonce FROM rewards_hot_wallet) + $2,
           hot_wallet_id = (SELECT id FROM rewards_hot_wallet) WHERE id = $1`,
        [id, at],
      );
    await school.poll();
    await school.mine(confirmations + 1);
    expect(await rowOf(first)).toMatchObject({
      state: 'signing',
      reason: expect.stringContaining('within 24 hours is reached'),
    });
    expect(await stateOf(ben, second)).toBe('broadcast');
    await change('UPDATE rewards_withdrawal SET amount = 40 WHERE id = $1', [first]);
    await school.poll();
    await school.mine(confirmations + 1);
    expect([await stateOf(ann, first), await stateOf(ben, second)]).toEqual(['confirmed', 'confirmed']);
    expect([await school.walletCoins(ann), await school.walletCoins(ben)]).toEqual([40, 50]);
  });

  test('a foreign transaction that uses the nonce of a withdrawal halts it at finality without a refund', async () => {
    const id = await school.withdraw(ann, 40);
    await school.poll();
    const [attempt] = await school.listAttempts(id);
    await chain.drop(attempt!.txHash);
    const foreign = await chain.treasuryWallet.sendTransaction({ to: chain.treasury, value: 0n });
    await school.mine(confirmations);
    expect(await stateOf(ann, id)).toBe('broadcast');
    await school.mine();
    expect(await rowOf(id)).toMatchObject({ state: 'halted', consumedBy: foreign.hash });
    await school.mine(confirmations);
    expect([await stateOf(ann, id), await refundsOf(ann), await school.balance(ann)]).toEqual(['halted', 0, 860]);
    expect(await school.getCursor()).toMatchObject({ halted: false });
    expect(await school.listHaltMessages(admin)).toEqual([expect.stringContaining(`withdrawal ${id}`)]);
    // The nonce is used, so that the next withdrawal is paid with the next nonce.
    const next = await school.withdraw(ben, 50);
    await school.poll();
    await school.mine(confirmations + 1);
    expect(await stateOf(ben, next)).toBe('confirmed');
  });

  test('a foreign transfer halts the hot wallet at once by its nonce, and is recorded when it is final', async () => {
    fixture.expectedViolations = ['I9', 'I15'];
    await chain.fund(chain.wallets[4]!.address, unitsOf(7));
    const id = await school.withdraw(ann, 40);
    await school.mine();
    expect(await school.getCursor()).toMatchObject({
      halted: true,
      why: expect.stringContaining('The chain has used nonce'),
    });
    await school.mine(confirmations + 2);
    expect(await stateOf(ann, id)).toBe('reserved');
    expect(await school.listHaltMessages(admin)).toHaveLength(1);
    const sql = 'SELECT recipient FROM rewards_payout WHERE withdrawal_id IS NULL';
    expect(await school.app.database.rows({ recipient: text }, sql)).toEqual([
      { recipient: chain.wallets[4]!.address.toLowerCase() },
    ]);
  });

  test('a transfer by allowance out of the treasury halts the hot wallet, and a payment that then fails is refunded once', async () => {
    const id = await school.withdraw(ann, 40);
    await school.poll();
    // The coins are missing, and the balances of the people are not covered.
    fixture.expectedViolations = ['I9', 'I15', 'I15'];
    const thief = chain.wallets[5]!;
    const all = await chain.balanceOf(chain.treasury);
    const fees = { maxPriorityFeePerGas: 100n * gwei, maxFeePerGas: 200n * gwei, gasLimit: 120_000n };
    const taking = chain.tokenOf(thief).getFunction('transferFrom');
    await taking(chain.treasury, thief.address, all, fees);
    await school.mine(confirmations);
    expect([await stateOf(ann, id), await refundsOf(ann)]).toEqual(['broadcast', 0]);
    await school.mine();
    expect(await school.getCursor()).toMatchObject({
      halted: true,
      why: expect.stringContaining('moved coins out of the treasury and pays no withdrawal'),
    });
    expect(await rowOf(id)).toMatchObject({
      state: 'refunded',
      consumedBy: (await school.listAttempts(id))[0]!.txHash,
    });
    await school.mine(confirmations + 1);
    expect([await refundsOf(ann), await school.balance(ann), await school.walletCoins(ann)]).toEqual([1, 900, 0]);
    expect((await notificationTypesOf(ann)).filter((type) => type === 'withdrawal_failed')).toHaveLength(1);
  });

  test('a refund that would exceed the balance limit waits until the balance is lower', async () => {
    // The treasury holds less than the largest balance.
    fixture.expectedViolations = ['I15'];
    const failing = await school.withdraw(ann, 40);
    await school.poll();
    await change('UPDATE rewards_withdrawal SET cancelling = $2 WHERE id = $1', [failing, true]);
    await school.poll();
    const [rich, transfers] = [await school.createHolder(0), school.app.part(Transfers)];
    await endow(school.app, rich.client.id, maxBalance);
    await transfers.send(rich.client.id, { recipientId: ann.client.id, amount: maxBalance - 860, message: '' }, null);
    await school.mine(confirmations + 1);
    await school.poll();
    expect([await stateOf(ann, failing), await school.balance(ann)]).toEqual(['cancelling', maxBalance]);
    await transfers.send(ann.client.id, { recipientId: ben.client.id, amount: 1_000, message: '' }, null);
    await school.poll();
    expect([await stateOf(ann, failing), await refundsOf(ann)]).toEqual(['refunded', 1]);
  });

  test('withdrawals whose used nonces no node can explain do not block later ones', async () => {
    const [cat, ids] = [await school.createHolder(900), [] as number[]];
    for (const holder of [ann, ben, cat])
      for (const amount of [40, 41, 42]) ids.push(await school.withdraw(holder, amount));
    await school.poll();
    await change('UPDATE rewards_withdrawal SET cancelling = $1', [true]);
    await school.poll();
    const forgotten = new Set<string>();
    for (const id of ids.slice(0, 8)) forgotten.add((await school.listAttempts(id)).at(-1)!.txHash);
    const shown = new Set<unknown>();
    // The receipt is returned while the block becomes final, and then no longer.
    proxy.intercept = ({ method, params: [hash] }, forward) => {
      if (method !== 'eth_getTransactionReceipt' || !forgotten.has(hash as string)) return forward();
      if (shown.has(hash)) return null;
      shown.add(hash);
      return forward();
    };
    school.advanceClock(1);
    await school.mine(confirmations + 1);
    await school.poll();
    const states = await Promise.all(ids.map(async (id) => (await rowOf(id)).state));
    expect(states).toEqual([...Array<string>(8).fill('broadcast'), 'refunded']);
    proxy.reset();
    await school.poll();
    await school.poll();
    expect(await Promise.all(ids.map(async (id) => (await rowOf(id)).state))).toEqual(Array(9).fill('refunded'));
  });

  test('a cancelled payment spends its nonce without a payment and is refunded once', async () => {
    const id = await school.withdraw(ann, 40);
    await school.poll();
    await change('UPDATE rewards_withdrawal SET cancelling = $2 WHERE id = $1', [id, true]);
    await school.poll();
    expect((await school.listAttempts(id)).map(({ kind }) => kind)).toEqual(['payment', 'cancellation']);
    await school.mine(confirmations);
    expect([await stateOf(ann, id), await refundsOf(ann)]).toEqual(['cancelling', 0]);
    await school.mine();
    await school.mine(confirmations);
    expect([await stateOf(ann, id), await refundsOf(ann), await school.balance(ann)]).toEqual(['refunded', 1, 900]);
    expect(await school.walletCoins(ann)).toBe(0);
  });

  test('a withdrawal is confirmed and not refunded if the payment is mined before its cancellation', async () => {
    const id = await school.withdraw(ann, 40);
    await school.poll();
    await change('UPDATE rewards_withdrawal SET cancelling = $2 WHERE id = $1', [id, true]);
    await school.poll();
    const [payment, cancellation] = await school.listAttempts(id);
    expect(cancellation).toMatchObject({ kind: 'cancellation' });
    await chain.drop(cancellation!.txHash);
    await chain.send('eth_sendRawTransaction', [payment!.raw]);
    await school.mine(confirmations + 1);
    expect([await stateOf(ann, id), await refundsOf(ann), await school.balance(ann)]).toEqual(['confirmed', 0, 860]);
    expect(await school.walletCoins(ann)).toBe(40);
  });
});
