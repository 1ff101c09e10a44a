import { NonceAssignment } from '../../src/modules/chain/sending/nonce-assignment';
import { CursorStore, type CursorState } from '../../src/modules/chain/cursor/cursor-store';
import { Leases } from '../../src/platform/jobs/leases';
import { done } from '../journeys/cast';
import { describeOnChain } from '../support/on-chain';
import { ChainFixture } from './chain-fixture';
import { confirmations, type Holder } from './school-on-chain';

describeOnChain('withdrawals of closed accounts', () => {
  const fixture = ChainFixture.prepare();
  let { chain, school, admin, ann, ben } = fixture;
  beforeEach(() => {
    ({ chain, school, admin, ann, ben } = fixture);
  });

  const close = ({ client }: Holder) => done(admin.delete(`/users/${client.id}/activation`));
  const reopen = ({ client }: Holder) => done(admin.put(`/users/${client.id}/activation`));
  const decide = (id: number, action: string) =>
    admin.post(`/coins/withdrawals/${id}/decisions`, { action, reason: 'looked at it' });
  const getWithdrawal = async (id: number) => {
    const { data } = await done(admin.get('/coins/chain/withdrawals'));
    return data.find((withdrawal: { id: number }) => withdrawal.id === id);
  };
  async function pollUntilFinal(): Promise<void> {
    await school.poll();
    await school.mine(confirmations + 1);
  }

  test('a withdrawal of a closed account waits for a review while later ones are paid, and is paid when the account is reopened', async () => {
    const [id, next] = [await school.withdraw(ann, 40), await school.withdraw(ben, 50)];
    await close(ann);
    await pollUntilFinal();
    expect(await getWithdrawal(id)).toMatchObject({ status: 'reserved', waitingFor: 'review', nonce: null });
    expect(await fixture.stateOf(ben, next)).toBe('confirmed');
    expect((await done(admin.get('/coins/chain/status'))).withheld).toBe(1);
    await reopen(ann);
    expect(await getWithdrawal(id)).toMatchObject({ waitingFor: 'turn' });
    await pollUntilFinal();
    expect(await getWithdrawal(id)).toMatchObject({ status: 'confirmed', waitingFor: null });
  });

  test('a withdrawal of a closed account is paid once if an administrator decides to pay it', async () => {
    const id = await school.withdraw(ann, 40);
    expect((await decide(id, 'pay')).body.code).toBe('PAYMENT_NOT_WITHHELD');
    await close(ann);
    const responses = await Promise.all(Array.from({ length: 8 }, () => decide(id, 'pay')));
    expect(responses.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
    await pollUntilFinal();
    expect(await getWithdrawal(id)).toMatchObject({ status: 'confirmed', decisions: [{ action: 'pay' }] });
    expect(await school.walletCoins(ann)).toBe(40);
  });

  test('a withdrawal of a closed account is refunded if an administrator cancels it', async () => {
    const id = await school.withdraw(ann, 40);
    await close(ann);
    expect((await decide(id, 'cancel')).status).toBe(201);
    await school.poll();
    expect(await getWithdrawal(id)).toMatchObject({ status: 'refunded' });
    const sql = 'SELECT teo_coins AS balance FROM users_user WHERE id = $1';
    expect(await school.app.database.row({ balance: Number }, sql, [ann.client.id])).toEqual({ balance: 900 });
  });

  test('a withdrawal whose account is closed after the nonce was assigned spends the nonce without a payment and does not block later ones', async () => {
    const [id, next] = [await school.withdraw(ann, 40), await school.withdraw(ben, 50)];
    const lease = (await school.app.part(Leases).acquire('job:rewards:poll-chain', 60_000))!;
    const cursor = await school.app.part(CursorStore).find(chain.treasury.toLowerCase());
    expect(await school.app.part(NonceAssignment).assign(lease, cursor as CursorState)).toBe(2);
    await school.app.part(Leases).release(lease);
    await close(ann);
    await pollUntilFinal();
    expect((await school.listAttempts(id)).map(({ kind }) => kind)).toEqual(['cancellation']);
    expect([await getWithdrawal(id), await getWithdrawal(next)]).toMatchObject([
      { status: 'refunded' },
      { status: 'confirmed' },
    ]);
    expect(await school.walletCoins(ann)).toBe(0);
  });

  test('a withdrawal that was signed before the account was closed is still paid', async () => {
    const id = await school.withdraw(ann, 40);
    await school.poll();
    await close(ann);
    school.advanceClock(181);
    await school.poll();
    expect((await school.listAttempts(id)).map(({ kind }) => kind)).toEqual(['payment', 'payment']);
    await pollUntilFinal();
    expect(await getWithdrawal(id)).toMatchObject({ status: 'confirmed' });
  });
});
