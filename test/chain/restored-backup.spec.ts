import { text } from '../../src/platform/database/columns';
import { LocalChain } from '../support/chain';
import { copyOfDatabase } from '../support/database-url';
import { describeOnChain } from '../support/on-chain';
import { Client } from '../support/school';
import { confirmations, SchoolOnChain, type Holder } from './school-on-chain';

describeOnChain('a database restored from an older backup', () => {
  let chain: LocalChain;
  let on: SchoolOnChain;
  let admin: Client;
  let ann: Holder;
  beforeEach(async () => {
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
    on = await SchoolOnChain.open(chain);
    on.later(0);
    await on.tick();
    admin = await on.school.admin();
    ann = await on.holder(900);
  }, 60_000);
  afterEach(async () => {
    const violations = await on.violations();
    await on.close();
    await chain.stop();
    // The books say so themselves: a payment that this database knows nothing of.
    expect(violations.map(({ invariant }) => invariant)).toEqual(['I9', 'I15']);
  });

  /** The school as it is now, opened again; `restore` goes back to this moment. */
  async function backup(): Promise<() => Promise<void>> {
    const { url, clock } = on.school;
    const now = clock.now();
    const reopen = async (at: string): Promise<void> => {
      on = await SchoolOnChain.open(chain, { url: at });
      on.school.clock.stopAt(now);
      ann = { ...ann, ask: new Client(on.school, ann.ask.token, ann.ask.id) };
      admin = new Client(on.school, admin.token, admin.id);
    };
    await on.close();
    const copy = await copyOfDatabase(url);
    await reopen(url);
    return async () => {
      await on.close();
      await reopen(copy);
    };
  }

  test('halts at once where the chain has gone further than its nonces, and pays nothing twice', async () => {
    const id = await on.withdraws(ann, 40);
    const restore = await backup();
    await on.tick();
    await on.mine(confirmations + 1);
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'confirmed' });
    await restore();
    for (let look = 0; look < 3; look++) await on.mine(confirmations + 1);
    expect(await on.marks()).toMatchObject({ halted: true });
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'reserved' });
    expect(await on.attempts(id)).toEqual([]);
    expect(await on.alarms(admin)).toHaveLength(1);
    // It looks as if it had never been sent: giving it back would give coins that are on the chain.
    expect((await ann.ask.delete(`/coins/withdrawals/${id}`)).body).toMatchObject({ waitingFor: 'halt' });
    await on.tick();
    expect([await on.balance(ann), await on.onChain(ann)]).toEqual([860, 40]);
  });

  test('halts a withdrawal whose nonce was spent by an attempt it does not know any more', async () => {
    const id = await on.withdraws(ann, 40);
    await on.tick();
    const restore = await backup();
    on.later(181);
    await on.tick();
    const [, bumped] = await on.attempts(id);
    await on.mine(confirmations + 1);
    await restore();
    for (let look = 0; look < 3; look++) await on.mine();
    const sql = 'SELECT state, consumed_by AS "consumedBy" FROM rewards_withdrawal WHERE id = $1';
    expect(await on.school.database.row({ state: text, consumedBy: text }, sql, [id])).toEqual({
      state: 'halted',
      consumedBy: bumped!.txHash,
    });
    expect(await on.marks()).toMatchObject({ halted: true });
    expect([await on.balance(ann), await on.onChain(ann)]).toEqual([860, 40]);
    expect(await on.paymentsTo(ann)).toHaveLength(1);
  });
});
