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
const isOpen = ({ state }: { state: string }): boolean => state !== 'confirmed' && state !== 'refunded';
const thief = '0x000000000000000000000000000000000000dEaD';

describeOnChain('every withdrawal ends', () => {
  const fixture = ChainFixture.prepare();
  let { chain, proxy, school, admin, ann, ben } = fixture;
  beforeEach(() => {
    ({ chain, proxy, school, admin, ann, ben } = fixture);
  });

  const decide = (id: number, action: string, fields: object = {}) =>
    admin.post(`/coins/withdrawals/${id}/decisions`, { action, reason: 'because', ...fields });

  /** A thief of the key uses the nonce of a withdrawal, for a transfer to himself or for an empty transaction. */
  async function spendNonceOf(id: number, transfer?: { to: string; amount: number }): Promise<void> {
    const [attempt] = await school.listAttempts(id);
    const nonce = (await school.listWithdrawals()).find((withdrawal) => withdrawal.id === id)!.nonce;
    await chain.drop(attempt!.txHash);
    const fees = { nonce, maxFeePerGas: 300n * gwei, maxPriorityFeePerGas: 3n * gwei };
    const raw = transfer
      ? await chain.signTransfer(chain.treasuryWallet, transfer.to, unitsOf(transfer.amount), fees)
      : await chain.treasuryWallet.signTransaction({
          ...{ chainId: chain.chainId, type: 2, to: chain.treasury, value: 0n, gasLimit: 30_000n, ...fees },
        });
    await chain.send('eth_sendRawTransaction', [raw]);
  }

  test('a withdrawal whose nonce a thief used for 11 coins is refunded, and the loss is reported until it is booked', async () => {
    const id = await school.withdraw(ann, 60);
    await school.poll();
    await spendNonceOf(id, { to: thief, amount: 11 });
    await school.mine(confirmations + 1);
    expect(await school.getWithdrawal(ann, id)).toMatchObject({ status: 'halted', waitingFor: 'review' });
    for (const action of ['retry', 'cancel', 'pay']) expect((await decide(id, action)).status).toBe(409);
    const [payout] = (await done(admin.get('/coins/chain/payouts'))).data;
    expect(payout).toMatchObject({ units: String(unitsOf(11)), withdrawalIds: [], booking: null });
    expect((await decide(id, 'settle', { txHash: payout.txHash })).body.code).toBe('PAYMENT_NOT_FOUND');
    expect((await decide(id, 'refund')).status).toBe(201);
    expect([await school.balance(ann), await fixture.refundsOf(ann)]).toEqual([900, 1]);
    await done(admin.delete(`/coins/hot-wallets/${chain.treasury}/halt`, { reason: 'the key is another' }));
    expect((await school.listViolations()).map(({ invariant }) => invariant)).toEqual(['I9', 'I15']);
    school.advanceClock(6);
    const supply = async () => done(ann.client.get('/coins/supply'));
    expect(await supply()).toMatchObject({ lostUnits: '0', violations: [{ code: 'TREASURY_NOT_EXPLAINED' }] });
    await done(admin.put(`/coins/chain/payouts/${payout.id}/booking`, { reason: 'reported to the police' }));
    school.advanceClock(6);
    expect(await supply()).toMatchObject({ lostUnits: String(unitsOf(11)), violations: [] });
    const next = [await school.withdraw(ann, 10), await school.withdraw(ann, 10), await school.withdraw(ann, 10)];
    await school.poll();
    await school.mine(confirmations + 1);
    for (const each of next) expect(await fixture.stateOf(ann, each)).toBe('confirmed');
  });

  /** Each accepted decision needs a withdrawal of its own. A refused decision changes nothing. */
  const actions = ['retry', 'cancel', 'refund', 'settle', 'pay', 'delete'] as const;
  type Action = (typeof actions)[number];
  const states: Record<string, (ids: number[], holders: Holder[]) => Promise<unknown>> = {
    reserved: async () => undefined,
    'reserved in a closed account': async (_, holders) => {
      for (const { client } of holders) await done(admin.delete(`/users/${client.id}/activation`));
    },
    signing: () => assign(),
    'signing in an account that was closed since': async (ids, holders) => {
      await assign();
      await states['reserved in a closed account']!(ids, holders);
    },
    signed: async () => {
      proxy.intercept = ({ method }, forward) => {
        if (method === 'eth_sendRawTransaction') throw new RpcError(-32_000, 'insufficient funds for gas');
        return forward();
      };
      await school.poll();
      proxy.reset();
    },
    broadcast: () => school.poll(),
    'broadcast and no longer in a pool': async (ids) => {
      await school.poll();
      for (const id of ids) await chain.drop((await school.listAttempts(id))[0]!.txHash);
    },
    mined: async () => {
      await school.poll();
      await school.mine();
    },
    'halted with an unknown transaction': async (ids) => {
      await school.poll();
      await fixture.changeRows(`UPDATE rewards_withdrawal SET state = 'halted' WHERE id IN (${ids.join(', ')})`);
    },
    'halted after its nonce was spent by an empty transaction': (ids) => useNoncesByThief(ids, () => undefined),
    'halted after its nonce paid another address': (ids) => useNoncesByThief(ids, () => ({ to: thief, amount: 11 })),
    'halted after a foreign transaction paid it': (ids, holders) =>
      useNoncesByThief(ids, (at) => ({ to: holders[at]!.wallet.address, amount: 20 + at })),
  };

  async function useNoncesByThief(
    ids: number[],
    transferFor: (index: number) => { to: string; amount: number } | undefined,
  ): Promise<void> {
    await school.poll();
    for (const [at, id] of ids.entries()) await spendNonceOf(id, transferFor(at));
    await school.mine(confirmations + 1);
  }

  async function assign(): Promise<void> {
    const lease = (await school.app.part(Leases).acquire('job:rewards:poll-chain', 60_000))!;
    const cursor = await school.app.part(CursorStore).find(chain.treasury.toLowerCase());
    await school.app.part(NonceAssignment).assign(lease, cursor as CursorState);
    await school.app.part(Leases).release(lease);
  }

  async function isAccepted(action: Action, id: number): Promise<boolean> {
    if (action === 'delete') return (await admin.delete(`/coins/withdrawals/${id}`)).status === 200;
    const { consumedBy } = await fixture.getWithdrawalRow(id);
    const fields = action === 'settle' ? { txHash: consumedBy || `0x${'0'.repeat(64)}`, nonce: 3 } : {};
    return (await decide(id, action, fields)).status === 201;
  }

  test.each(Object.keys(states))(
    'a withdrawal that is %s ends after every decision, paid or refunded once',
    async (state) => {
      const holders = [
        ann,
        ben,
        await school.createHolder(900),
        await school.createHolder(900),
        await school.createHolder(900),
      ];
      const ids: number[] = [];
      for (const [at, holder] of holders.entries()) ids.push(await school.withdraw(holder, 20 + at));
      await states[state]!(ids, holders);
      const left = [...ids];
      for (const action of actions) {
        // The last withdrawal gets no decision.
        if (left.length > 1 && (await isAccepted(action, left[0]!))) left.shift();
      }
      const runbook = new Runbook(school, admin);
      await runbook.follow();
      await runbook.bookLosses();
      const withdrawals = await school.listWithdrawals();
      expect(withdrawals.filter(isOpen)).toEqual([]);
      expect(await school.getCursor()).toMatchObject({ halted: false });
      const { database } = school.app;
      const sql = 'SELECT sum(teo_coins) AS total FROM users_user';
      const held = (await database.row({ total: Number }, sql))!.total;
      const paid = await Promise.all(holders.map((holder) => school.walletCoins(holder)));
      expect(held + paid.reduce((sum, coins) => sum + coins, 0)).toBe(holders.length * 900);
    },
  );
});
