import { text } from '../../src/platform/database/columns';
import { LocalChain } from '../support/chain';
import { copyOfDatabase } from '../support/database-url';
import { describeOnChain } from '../support/on-chain';
import { Client } from '../support/school';
import { confirmations, SchoolOnChain, type Holder } from './school-on-chain';

describeOnChain('polling with a restored older backup', () => {
  let chain: LocalChain;
  let on: SchoolOnChain;
  let admin: Client;
  let ann: Holder;
  beforeEach(async () => {
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
    on = await SchoolOnChain.open(chain);
    on.advanceClock(0);
    await on.poll();
    admin = await on.school.admin();
    ann = await on.holder(900);
  }, 60_000);
  afterEach(async () => {
    const violations = await on.violations();
    await on.close();
    await chain.stop();
    // The audit reports the payment that the restored database does not contain.
    expect(violations.map(({ invariant }) => invariant)).toEqual(['I9', 'I15']);
  });

  /** Copies the database and opens the school again. The returned function restores the copy. */
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

  test('a restored school halts if the chain has used more nonces, and pays nothing twice', async () => {
    const id = await on.withdraws(ann, 40);
    const restore = await backup();
    await on.poll();
    await on.mine(confirmations + 1);
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'confirmed' });
    await restore();
    for (let poll = 0; poll < 3; poll++) await on.mine(confirmations + 1);
    expect(await on.cursor()).toMatchObject({ halted: true });
    expect(await on.withdrawal(ann, id)).toMatchObject({ state: 'reserved' });
    expect(await on.attempts(id)).toEqual([]);
    expect(await on.haltMessages(admin)).toHaveLength(1);
    // In the backup the withdrawal was never sent. A refund would duplicate coins that are on the chain.
    expect((await ann.ask.delete(`/coins/withdrawals/${id}`)).body).toMatchObject({ waitingFor: 'halt' });
    await on.poll();
    expect([await on.balance(ann), await on.onChain(ann)]).toEqual([860, 40]);
  });

  test('a restored school halts a withdrawal whose nonce was used by an attempt that the backup does not contain', async () => {
    const id = await on.withdraws(ann, 40);
    await on.poll();
    const restore = await backup();
    on.advanceClock(181);
    await on.poll();
    const [, bumped] = await on.attempts(id);
    await on.mine(confirmations + 1);
    await restore();
    for (let poll = 0; poll < 3; poll++) await on.mine();
    const sql = 'SELECT state, consumed_by AS "consumedBy" FROM rewards_withdrawal WHERE id = $1';
    expect(await on.school.database.row({ state: text, consumedBy: text }, sql, [id])).toEqual({
      state: 'halted',
      consumedBy: bumped!.txHash,
    });
    expect(await on.cursor()).toMatchObject({ halted: true });
    expect([await on.balance(ann), await on.onChain(ann)]).toEqual([860, 40]);
    expect(await on.paymentsTo(ann)).toHaveLength(1);
  });
});
