import { School, type Client } from '../support/school';
import { balanceOf, endow, expectNoLedgerViolations } from '../rewards/ledger-state';
import { pollChain, createWallet, newKey, schoolOnChain } from './unreachable-chain';

let school: School;
let ann: Client;
let bob: Client;
let walletId: number;
let key = 0;
beforeAll(async () => {
  const limits = { YOUNG_ACCOUNT_DAYS: '7', YOUNG_ACCOUNT_DAILY_COINS: '100' };
  school = await schoolOnChain({ WALLET_COOLDOWN_MINUTES: '0', ...limits });
}, 60_000);
beforeEach(async () => {
  [ann, bob] = [await school.student(), await school.student()];
  await endow(school, ann.id, 500);
  walletId = await createWallet(ann, newKey());
});
afterEach(() => expectNoLedgerViolations(school));
afterAll(() => school.close());

const keyed = () => ({ 'idempotency-key': `y${++key}` });
const withdraw = (amount: number) => ann.post('/coins/withdrawals', { walletId, amount }, keyed());
const send = (amount: number) => ann.post('/coins/transfers', { recipientId: bob.id, amount }, keyed());

test('a young account can send and withdraw together 100 coins a day', async () => {
  expect((await send(60)).status).toBe(201);
  expect((await withdraw(41)).body).toMatchObject({ code: 'YOUNG_ACCOUNT_LIMIT', left: 40 });
  expect((await withdraw(40)).status).toBe(201);
  expect((await send(1)).body).toMatchObject({ code: 'YOUNG_ACCOUNT_LIMIT', left: 0 });
});

test('a young account can send the coins of a refunded withdrawal again', async () => {
  const { id } = (await withdraw(100)).body;
  expect((await send(1)).body.code).toBe('YOUNG_ACCOUNT_LIMIT');
  expect((await ann.delete(`/coins/withdrawals/${id}`)).status).toBe(200);
  expect(await pollChain(school)).toBe(1);
  expect((await send(100)).status).toBe(201);
});

test('of concurrent transfers and withdrawals of a young account one fits into the limit', async () => {
  const responses = await Promise.all([send(70), withdraw(70), send(70), withdraw(70)]);
  expect(responses.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(await balanceOf(school, ann.id)).toBe(430);
});

test('an account whose password was reset can withdraw nothing for a day', async () => {
  const admin = await school.admin();
  const { body } = await admin.post(`/users/${ann.id}/password-reset`);
  const newPassword = 'boats in the evening sun';
  expect((await school.visitor.post('/auth/password-reset', { token: body.token, newPassword })).status).toBe(204);
  ann = await school.signedIn(ann);
  for (const refused of [await withdraw(20), await send(1)])
    expect(refused.body).toMatchObject({ status: 409, code: 'COINS_HELD', endsAt: expect.any(String) });
  expect(await balanceOf(school, ann.id)).toBe(500);
});
