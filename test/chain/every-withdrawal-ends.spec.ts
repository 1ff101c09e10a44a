import { Leases } from '../../src/platform/jobs/leases';
import { unitsOf } from '../../src/modules/chain/settings/token';
import { NonceAssignment } from '../../src/modules/chain/sending/nonce-assignment';
import { CursorStore, type CursorState } from '../../src/modules/chain/cursor/cursor-store';
import { done } from '../journeys/cast';
import { describeOnChain } from '../support/on-chain';
import { RpcError } from '../support/rpc-proxy';
import { Runbook } from './runbook';
import { ChainFixture } from './chain-fixture';
import { confirmations, type Holder } from './school-on-chain';

const gwei = 10n ** 9n;
const thief = '0x000000000000000000000000000000000000dEaD';

describeOnChain('a withdrawal that somebody spoils', () => {
  const scene = ChainFixture.prepare();
  let { chain, proxy, on, admin, ann, ben } = scene;
  beforeEach(() => {
    ({ chain, proxy, on, admin, ann, ben } = scene);
  });

  const decide = (id: number, action: string, more: object = {}) =>
    admin.post(`/coins/withdrawals/${id}/decisions`, { action, reason: 'because', ...more });

  /** Somebody has the key, and spends the nonce of a withdrawal: on a transfer of his own, or on nothing. */
  async function spendNonceOf(id: number, transfer?: { to: string; amount: number }): Promise<void> {
    const [attempt] = await on.attempts(id);
    const nonce = (await on.states()).find((one) => one.id === id)!.nonce;
    await chain.drop(attempt!.txHash);
    const fees = { nonce, maxFeePerGas: 300n * gwei, maxPriorityFeePerGas: 3n * gwei };
    const raw = transfer
      ? await chain.signTransfer(chain.treasuryWallet, transfer.to, unitsOf(transfer.amount), fees)
      : await chain.treasuryWallet.signTransaction({
          ...{ chainId: chain.chainId, type: 2, to: chain.treasury, value: 0n, gasLimit: 30_000n, ...fees },
        });
    await chain.send('eth_sendRawTransaction', [raw]);
  }

  test('whose nonce a thief spends on 11 coins for himself is refunded, and the loss stays in the books until it is booked', async () => {
    const id = await on.withdraws(ann, 60);
    await on.tick();
    await spendNonceOf(id, { to: thief, amount: 11 });
    await on.mine(confirmations + 1);
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'halted', waitingFor: 'review' });
    for (const action of ['retry', 'cancel', 'pay']) expect((await decide(id, action)).status).toBe(409);
    const [payout] = (await done(admin.get('/coins/chain/payouts'))).data;
    expect(payout).toMatchObject({ units: String(unitsOf(11)), withdrawalIds: [], booking: null });
    expect((await decide(id, 'settle', { txHash: payout.txHash })).body.code).toBe('PAYMENT_NOT_FOUND');
    expect((await decide(id, 'refund')).status).toBe(201);
    expect([await on.balance(ann), await scene.refundsOf(ann)]).toEqual([900, 1]);
    await done(admin.delete(`/coins/hot-wallets/${chain.treasury}/halt`, { reason: 'the key is another' }));
    expect((await on.violations()).map(({ invariant }) => invariant)).toEqual(['I9', 'I15']);
    on.later(6);
    const supply = async () => done(ann.ask.get('/coins/supply'));
    expect(await supply()).toMatchObject({ lostUnits: '0', violations: [{ code: 'TREASURY_NOT_EXPLAINED' }] });
    await done(admin.put(`/coins/chain/payouts/${payout.id}/booking`, { reason: 'reported to the police' }));
    on.later(6);
    expect(await supply()).toMatchObject({ lostUnits: String(unitsOf(11)), violations: [] });
    const next = [await on.withdraws(ann, 10), await on.withdraws(ann, 10), await on.withdraws(ann, 10)];
    await on.tick();
    await on.mine(confirmations + 1);
    for (const each of next) expect(await scene.state(ann, each)).toBe('confirmed');
  });

  /** Decisions that are accepted need a withdrawal each; what is refused has changed nothing. */
  const actions = ['retry', 'cancel', 'refund', 'settle', 'pay', 'delete'] as const;
  type Action = (typeof actions)[number];
  const states: Record<string, (ids: number[], holders: Holder[]) => Promise<unknown>> = {
    reserved: async () => undefined,
    'reserved, its account closed': async (_, holders) => {
      for (const { ask } of holders) await done(admin.delete(`/users/${ask.id}/activation`));
    },
    signing: () => assign(),
    'signing, its account closed since': async (ids, holders) => {
      await assign();
      await states['reserved, its account closed']!(ids, holders);
    },
    signed: async () => {
      proxy.intercept = ({ method }, forward) => {
        if (method === 'eth_sendRawTransaction') throw new RpcError(-32_000, 'insufficient funds for gas');
        return forward();
      };
      await on.tick();
      proxy.reset();
    },
    broadcast: () => on.tick(),
    'broadcast, and in no pool any more': async (ids) => {
      await on.tick();
      for (const id of ids) await chain.drop((await on.attempts(id))[0]!.txHash);
    },
    mined: async () => {
      await on.tick();
      await on.mine();
    },
    'halted, and nobody has found out by what': async (ids) => {
      await on.tick();
      await scene.change(`UPDATE rewards_withdrawal SET state = 'halted' WHERE id IN (${ids.join(', ')})`);
    },
    'halted, its nonce spent on nothing': (ids) => spoiled(ids, () => undefined),
    'halted, its nonce spent on coins for somebody else': (ids) => spoiled(ids, () => ({ to: thief, amount: 11 })),
    'halted, its nonce spent on its payment by somebody else': (ids, holders) =>
      spoiled(ids, (at) => ({ to: holders[at]!.wallet.address, amount: 20 + at })),
  };

  async function spoiled(
    ids: number[],
    how: (at: number) => { to: string; amount: number } | undefined,
  ): Promise<void> {
    await on.tick();
    for (const [at, id] of ids.entries()) await spendNonceOf(id, how(at));
    await on.mine(confirmations + 1);
  }

  async function assign(): Promise<void> {
    const lease = (await on.school.part(Leases).acquire('job:rewards:poll-chain', 60_000))!;
    const marks = await on.school.part(CursorStore).find(chain.treasury.toLowerCase());
    await on.school.part(NonceAssignment).assign(lease, marks as CursorState);
    await on.school.part(Leases).release(lease);
  }

  async function attempted(action: Action, id: number): Promise<boolean> {
    if (action === 'delete') return (await admin.delete(`/coins/withdrawals/${id}`)).status === 200;
    const { consumedBy } = await scene.stands(id);
    const more = action === 'settle' ? { txHash: consumedBy || `0x${'0'.repeat(64)}`, nonce: 3 } : {};
    return (await decide(id, action, more)).status === 201;
  }

  test.each(Object.keys(states))('%s: every decision leads to an end, paid or given back once', async (state) => {
    const holders = [ann, ben, await on.holder(900), await on.holder(900), await on.holder(900)];
    const ids: number[] = [];
    for (const [at, holder] of holders.entries()) ids.push(await on.withdraws(holder, 20 + at));
    await states[state]!(ids, holders);
    const left = [...ids];
    for (const action of actions) {
      // The last one is left alone.
      if (left.length > 1 && (await attempted(action, left[0]!))) left.shift();
    }
    const runbook = new Runbook(on, admin);
    await runbook.follow();
    await runbook.bookLosses();
    expect((await on.states()).map((one) => one.state).filter((one) => !/^(confirmed|refunded)$/.test(one))).toEqual(
      [],
    );
    expect(await on.marks()).toMatchObject({ halted: false });
    const { database } = on.school;
    const coins = 'SELECT sum(teo_coins) AS total FROM users_user';
    const held = (await database.row({ total: Number }, coins))!.total;
    const paid = await Promise.all(holders.map((holder) => on.onChain(holder)));
    expect(held + paid.reduce((sum, one) => sum + one, 0)).toBe(holders.length * 900);
  });
});
