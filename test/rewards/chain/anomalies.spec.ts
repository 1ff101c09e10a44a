import { parseEther } from 'ethers';
import { unitsOf } from '../../../src/modules/rewards/chain/token';
import { text } from '../../../src/platform/database/columns';
import { done } from '../../journeys/cast';
import { LocalChain } from '../../support/chain';
import { describeOnChain } from '../../support/on-chain';
import { RpcProxy } from '../../support/rpc-proxy';
import type { Client } from '../../support/school';
import { endow } from '../books';
import { confirmations, SchoolOnChain, type Holder } from './school-on-chain';

const gwei = 10n ** 9n;
const largestBalance = 2_147_483_647;

describeOnChain('what goes wrong on the chain', () => {
  let chain: LocalChain;
  let proxy: RpcProxy;
  let on: SchoolOnChain;
  let admin: Client;
  let ann: Holder;
  let ben: Holder;
  beforeAll(async () => {
    chain = await LocalChain.start({ automine: false });
    proxy = await RpcProxy.start(chain.rpcUrl);
    await chain.token.getFunction('approve')(chain.wallets[5]!.address, unitsOf(10 ** 9));
    await chain.mine(confirmations + 2);
    fresh = await chain.snapshot();
  }, 60_000);
  afterAll(async () => {
    await proxy.stop();
    await chain.stop();
  });
  let fresh: string;
  beforeEach(async () => {
    await chain.revert(fresh);
    await chain.send('anvil_dropAllTransactions');
    fresh = await chain.snapshot();
    proxy.reset();
    on = await SchoolOnChain.open(chain, {
      rpcUrls: [proxy.url],
      environment: { CHAIN_DAILY_CAP: '1000', CHAIN_MAX_FEE_GWEI: '20' },
    });
    on.later(0);
    proxy.permit = (hash) => on.knows(hash);
    await on.tick();
    [admin, ann, ben] = [await on.school.admin(), await on.holder(900), await on.holder(900)];
  }, 60_000);
  afterEach(async () => {
    expect(await on.violations()).toEqual([]);
    await on.close();
  });

  const state = async (holder: Holder, id: number): Promise<string> => (await on.withdrawal(holder, id)).state;
  const refundsOf = async ({ ask }: Holder): Promise<number> =>
    (await done(ask.get('/me/coins/transactions?type=withdrawal_refund'))).data.length;
  const newsOf = async ({ ask }: Holder): Promise<string[]> => {
    await on.school.settle();
    return (await done(ask.get('/me/notifications'))).data.map(({ type }: { type: string }) => type);
  };
  /** What only an administrator or a restored backup does to a row. */
  const change = (sql: string, values: unknown[] = []) =>
    on.school.database.transaction(() => on.school.database.run(sql, values as never));
  const stands = async (id: number) =>
    (await on.school.database.row(
      { state: text, consumedBy: text, reason: text },
      'SELECT state, consumed_by AS "consumedBy", reason FROM rewards_withdrawal WHERE id = $1',
      [id],
    ))!;

  test('a payment that never reached a pool holds up the next ones until it is sent again', async () => {
    const [first, second] = [await on.withdraws(ann, 40), await on.withdraws(ben, 50)];
    await on.tick();
    await chain.drop((await on.attempts(first))[0]!.txHash);
    await on.mine(2);
    expect([await state(ann, first), await state(ben, second)]).toEqual(['broadcast', 'broadcast']);
    on.later(46);
    await on.tick();
    await on.mine(confirmations + 1);
    expect([await state(ann, first), await state(ben, second)]).toEqual(['confirmed', 'confirmed']);
  });

  test('a signer that refuses one payment lets it wait, and all go on when it signs', async () => {
    const [first, second] = [await on.withdraws(ann, 40), await on.withdraws(ben, 50)];
    // Somebody wrote another amount into the row: the signer's own look finds more than it may sign.
    await change('UPDATE rewards_withdrawal SET amount = 2000 WHERE id = $1', [first]);
    await change(`UPDATE rewards_hot_wallet SET next_nonce = next_nonce + 2`);
    for (const [at, id] of [first, second].entries())
      await change(
        `UPDATE rewards_withdrawal SET state = 'signing', nonce = (SELECT first_nonce FROM rewards_hot_wallet) + $2,
           hot_wallet_id = (SELECT id FROM rewards_hot_wallet) WHERE id = $1`,
        [id, at],
      );
    await on.tick();
    await on.mine(confirmations + 1);
    expect(await stands(first)).toMatchObject({ state: 'signing', reason: expect.stringContaining('cap of 24 hours') });
    expect(await state(ben, second)).toBe('broadcast');
    await change('UPDATE rewards_withdrawal SET amount = 40 WHERE id = $1', [first]);
    await on.tick();
    await on.mine(confirmations + 1);
    expect([await state(ann, first), await state(ben, second)]).toEqual(['confirmed', 'confirmed']);
    expect([await on.onChain(ann), await on.onChain(ben)]).toEqual([40, 50]);
  });

  test('a foreign transaction that takes our nonce halts the withdrawal at finality; nothing is refunded', async () => {
    const id = await on.withdraws(ann, 40);
    await on.tick();
    const [attempt] = await on.attempts(id);
    await chain.drop(attempt!.txHash);
    const foreign = await chain.treasuryWallet.sendTransaction({ to: chain.treasury, value: 0n });
    await on.mine(confirmations);
    expect(await state(ann, id)).toBe('broadcast');
    await on.mine();
    expect(await stands(id)).toMatchObject({ state: 'halted', consumedBy: foreign.hash });
    await on.mine(confirmations);
    expect([await state(ann, id), await refundsOf(ann), await on.balance(ann)]).toEqual(['halted', 0, 860]);
    expect(await on.marks()).toMatchObject({ halted: false });
    expect(await on.alarms(admin)).toEqual([expect.stringContaining(`withdrawal ${id}`)]);
    // Its nonce is spent: the next one is paid with the next.
    const next = await on.withdraws(ben, 50);
    await on.tick();
    await on.mine(confirmations + 1);
    expect(await state(ben, next)).toBe('confirmed');
  });

  test('a nonce ahead of ours halts the hot wallet at once, and so does a foreign transfer when it is final', async () => {
    await chain.fund(chain.wallets[4]!.address, unitsOf(7));
    const id = await on.withdraws(ann, 40);
    await on.mine();
    expect(await on.marks()).toMatchObject({
      halted: true,
      why: expect.stringContaining('the chain has consumed nonce'),
    });
    await on.mine(confirmations + 2);
    expect(await state(ann, id)).toBe('reserved');
    expect(await on.alarms(admin)).toHaveLength(1);
    const sql = 'SELECT recipient FROM rewards_payout WHERE withdrawal_id IS NULL';
    expect(await on.school.database.rows({ recipient: text }, sql)).toEqual([
      { recipient: chain.wallets[4]!.address.toLowerCase() },
    ]);
  });

  test('coins taken from the treasury without its nonce halt the hot wallet; a payment that then fails is refunded once', async () => {
    const id = await on.withdraws(ann, 40);
    await on.tick();
    const thief = chain.wallets[5]!;
    const all = await chain.balanceOf(chain.treasury);
    const fees = { maxPriorityFeePerGas: 100n * gwei, maxFeePerGas: 200n * gwei, gasLimit: 120_000n };
    const taking = chain.tokenOf(thief).getFunction('transferFrom');
    await taking(chain.treasury, thief.address, all, fees);
    await on.mine(confirmations);
    expect([await state(ann, id), await refundsOf(ann)]).toEqual(['broadcast', 0]);
    await on.mine();
    expect(await on.marks()).toMatchObject({ halted: true, why: expect.stringContaining('took coins nobody ordered') });
    expect(await stands(id)).toMatchObject({ state: 'refunded', consumedBy: (await on.attempts(id))[0]!.txHash });
    await on.mine(confirmations + 1);
    expect([await refundsOf(ann), await on.balance(ann), await on.onChain(ann)]).toEqual([1, 900, 0]);
    expect((await newsOf(ann)).filter((type) => type === 'withdrawal_failed')).toHaveLength(1);
  });

  test('a refund that nobody can hold halts its withdrawal and holds up nobody', async () => {
    const failing = await on.withdraws(ann, 40);
    await on.tick();
    await change('UPDATE rewards_withdrawal SET cancelling = $2 WHERE id = $1', [failing, true]);
    await on.tick();
    await endow(on.school, ann.ask.id, largestBalance - 860);
    await on.mine(confirmations + 1);
    expect(await stands(failing)).toMatchObject({ state: 'halted', reason: expect.stringContaining('refund') });
    expect(await on.alarms(admin)).toEqual([
      expect.stringContaining('the treasury holds less'),
      expect.stringContaining(`withdrawal ${failing}`),
    ]);
    await on.mine();
  });

  test('nonces that nobody can explain any more do not hide those after them', async () => {
    const [cat, ids] = [await on.holder(900), [] as number[]];
    for (const holder of [ann, ben, cat]) ids.push(await on.withdraws(holder, 40));
    await on.tick();
    await change('UPDATE rewards_withdrawal SET cancelling = $1', [true]);
    await on.tick();
    const forgotten = new Set<string>();
    for (const id of ids.slice(0, 2)) forgotten.add((await on.attempts(id)).at(-1)!.txHash);
    const shown = new Set<unknown>();
    // Shown while the block becomes final, and never again.
    proxy.intercept = ({ method, params: [hash] }, forward) => {
      if (method !== 'eth_getTransactionReceipt' || !forgotten.has(hash as string)) return forward();
      return shown.has(hash) ? null : (shown.add(hash), forward());
    };
    await on.mine(confirmations + 1);
    await on.tick();
    const states = await Promise.all(ids.map(async (id) => (await stands(id)).state));
    expect(states).toEqual(['broadcast', 'broadcast', 'refunded']);
    proxy.reset();
    await on.tick();
    await on.tick();
    expect(await Promise.all(ids.map(async (id) => (await stands(id)).state))).toEqual(Array(3).fill('refunded'));
  });

  test('a cancelled payment spends its nonce on nothing and is refunded once', async () => {
    const id = await on.withdraws(ann, 40);
    await on.tick();
    await change('UPDATE rewards_withdrawal SET cancelling = $2 WHERE id = $1', [id, true]);
    await on.tick();
    expect((await on.attempts(id)).map(({ kind }) => kind)).toEqual(['payment', 'cancellation']);
    await on.mine(confirmations);
    expect([await state(ann, id), await refundsOf(ann)]).toEqual(['broadcast', 0]);
    await on.mine();
    await on.mine(confirmations);
    expect([await state(ann, id), await refundsOf(ann), await on.balance(ann)]).toEqual(['refunded', 1, 900]);
    expect(await on.onChain(ann)).toBe(0);
  });

  test('a cancellation that comes too late changes nothing: confirmed, not refunded', async () => {
    const id = await on.withdraws(ann, 40);
    await on.tick();
    await change('UPDATE rewards_withdrawal SET cancelling = $2 WHERE id = $1', [id, true]);
    await chain.mine();
    await on.tick();
    await on.mine(confirmations + 1);
    expect([await state(ann, id), await refundsOf(ann), await on.balance(ann)]).toEqual(['confirmed', 0, 860]);
    expect(await on.onChain(ann)).toBe(40);
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

  test('a treasury that owes more than it has begins nothing and says so once, until it is funded', async () => {
    const missing = 1_000_000_000 + 1;
    await endow(on.school, ben.ask.id, missing);
    await on.mine();
    const id = await on.withdraws(ann, 40);
    for (let look = 0; look < 3; look++) await on.mine();
    expect(await state(ann, id)).toBe('reserved');
    expect(await on.marks()).toMatchObject({ underfunded: true, halted: false });
    expect(await on.alarms(admin)).toHaveLength(1);
    const minter = await chain.provider.getSigner((await chain.send<string[]>('eth_accounts'))[0]);
    await chain.tokenOf(minter).getFunction('mint')(chain.treasury, unitsOf(10_000));
    await on.mine(confirmations + 1);
    await on.mine(confirmations + 1);
    expect([await state(ann, id), await on.onChain(ann)]).toEqual(['confirmed', 40]);
    expect(await on.alarms(admin)).toHaveLength(1);
  });

  test('the signer pays no more than its cap within a day; the rest waits for the next', async () => {
    const ids = [await on.withdraws(ann, 600), await on.withdraws(ben, 600)];
    await on.tick();
    await on.mine(confirmations + 1);
    expect([await state(ann, ids[0]!), await state(ben, ids[1]!)]).toEqual(['confirmed', 'reserved']);
    await change(`UPDATE rewards_withdrawal_attempt SET signed_at = $1`, [new Date(0)]);
    await on.tick();
    await on.mine(confirmations + 1);
    expect(await state(ben, ids[1]!)).toBe('confirmed');
  });
});
