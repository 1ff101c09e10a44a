import { text } from '../../src/platform/database/columns';
import { LocalChain } from '../support/chain';
import { copyOfDatabase } from '../support/database-url';
import { describeOnChain } from '../support/on-chain';
import { Client } from '../support/school';
import { confirmations, SchoolOnChain, type Holder } from './school-on-chain';

describeOnChain('polling with a restored older backup', () => {
  let chain: LocalChain;
  let school: SchoolOnChain;
  let admin: Client;
  let ann: Holder;
  beforeEach(async () => {
    chain = await LocalChain.start({ automine: false });
    await chain.mine(confirmations + 2);
    school = await SchoolOnChain.open(chain);
    school.advanceClock(0);
    await school.poll();
    admin = await school.app.admin();
    ann = await school.createHolder(900);
  }, 60_000);
  afterEach(async () => {
    const violations = await school.listViolations();
    await school.close();
    await chain.stop();
    // The audit reports the payment that the restored database does not contain.
    expect(violations.map(({ invariant }) => invariant)).toEqual(['I9', 'I15']);
  });

  /** Copies the database and opens the school again. The returned function restores the copy. */
  async function backup(): Promise<() => Promise<void>> {
    const { url, clock } = school.app;
    const now = clock.now();
    const reopen = async (at: string): Promise<void> => {
      school = await SchoolOnChain.open(chain, { url: at });
      school.app.clock.stopAt(now);
      ann = { ...ann, client: new Client(school.app, ann.client.token, ann.client.id) };
      admin = new Client(school.app, admin.token, admin.id);
    };
    await school.close();
    const copy = await copyOfDatabase(url);
    await reopen(url);
    return async () => {
      await school.close();
      await reopen(copy);
    };
  }

  test('a restored school halts if the chain has used more nonces, and pays nothing twice', async () => {
    const id = await school.withdraw(ann, 40);
    const restore = await backup();
    await school.poll();
    await school.mine(confirmations + 1);
    expect(await school.getWithdrawal(ann, id)).toMatchObject({ status: 'confirmed' });
    await restore();
    for (let poll = 0; poll < 3; poll++) await school.mine(confirmations + 1);
    expect(await school.getCursor()).toMatchObject({ halted: true });
    expect(await school.getWithdrawal(ann, id)).toMatchObject({ status: 'reserved' });
    expect(await school.listAttempts(id)).toEqual([]);
    expect(await school.listHaltMessages(admin)).toHaveLength(1);
    // In the backup the withdrawal was never sent. A refund would duplicate coins that are on the chain.
    expect((await ann.client.delete(`/coins/withdrawals/${id}`)).body).toMatchObject({ waitingFor: 'halt' });
    await school.poll();
    expect([await school.balance(ann), await school.walletCoins(ann)]).toEqual([860, 40]);
  });

  test('a restored school halts a withdrawal whose nonce was used by an attempt that the backup does not contain', async () => {
    const id = await school.withdraw(ann, 40);
    await school.poll();
    const restore = await backup();
    school.advanceClock(181);
    await school.poll();
    const [, bumped] = await school.listAttempts(id);
    await school.mine(confirmations + 1);
    await restore();
    for (let poll = 0; poll < 3; poll++) await school.mine();
    const sql = 'SELECT state, consumed_by AS "consumedBy" FROM rewards_withdrawal WHERE id = $1';
    expect(await school.app.database.row({ state: text, consumedBy: text }, sql, [id])).toEqual({
      state: 'halted',
      consumedBy: bumped!.txHash,
    });
    expect(await school.getCursor()).toMatchObject({ halted: true });
    expect([await school.balance(ann), await school.walletCoins(ann)]).toEqual([860, 40]);
    expect(await school.listPaymentHashes(ann)).toHaveLength(1);
  });
});
