import { forgedCursor } from '../support/forged-cursor';
import { Ledger } from '../../src/modules/rewards';
import { School, type Client } from '../support/school';
import { endow, rowsOf } from './ledger-state';

let school: School;
let ann: Client;
let bob: Client;
beforeAll(async () => {
  school = await School.open();
}, 60_000);
beforeEach(async () => {
  [ann, bob] = [await school.student(), await school.student()];
});
afterAll(() => school.close());

const historyPage = async (client: Client, query = '') => (await client.get(`/me/coins/transactions${query}`)).body;

test('a new user has an empty balance and history, and visitors are refused with 401', async () => {
  const noCoins = { balance: 0, totalEarned: 0, transactionCount: 0, transactions: [] };
  expect((await ann.get('/me/coins')).body).toEqual(noCoins);
  expect(await historyPage(ann, '?withTotal=true')).toEqual({
    data: [],
    page: { nextCursor: null, hasMore: false, total: 0 },
  });
  expect((await school.visitor.get('/me/coins')).status).toBe(401);
  expect((await school.visitor.get('/me/coins/transactions')).status).toBe(401);
});

test('coins that were transferred still count as earned by the sender, and not by the recipient', async () => {
  await endow(school, ann.id, 40);
  await ann.post('/coins/transfers', { recipientId: bob.id, amount: 15 });
  expect((await ann.get('/me/coins')).body).toMatchObject({ balance: 25, totalEarned: 40, transactionCount: 2 });
  expect((await bob.get('/me/coins')).body).toMatchObject({ balance: 15, totalEarned: 0, transactionCount: 1 });
});

test('sender and recipient each see their own transaction of a transfer with the name of the other person', async () => {
  await endow(school, ann.id, 40);
  await ann.post('/coins/transfers', { recipientId: bob.id, amount: 15, message: 'for you' });
  const [sent, reward] = (await historyPage(ann)).data;
  expect(sent).toMatchObject({
    type: 'transfer_sent',
    amount: 15,
    signedAmount: -15,
    description: 'for you',
    balanceAfter: 25,
    counterpart: { id: bob.id, username: bob.username },
    relatedObject: null,
    blockchainTxHash: null,
    isBlockchainConfirmed: false,
  });
  expect(reward).toMatchObject({ type: 'manual_reward', signedAmount: 40, counterpart: null });
  const [received] = (await historyPage(bob)).data;
  expect(received).toMatchObject({ type: 'transfer_received', signedAmount: 15, description: 'for you' });
  expect(received.counterpart).toEqual({ id: ann.id, username: ann.username });
});

test('the history shows positive and negative adjustments as one type with a signed amount', async () => {
  const admin = await school.admin();
  const adjust = (amount: number) => admin.post('/rewards/adjustments', { userId: ann.id, amount, reason: 'count' });
  await adjust(9);
  await adjust(-4);
  const [negative, positive] = (await historyPage(ann, '?type=admin_adjustment')).data;
  expect([negative.signedAmount, positive.signedAmount, negative.type]).toEqual([-4, 9, 'admin_adjustment']);
});

test('the history shows the transaction hash of a deposit and its confirmation', async () => {
  const [row] = await school
    .part(Ledger)
    .post([{ userId: ann.id, type: 'deposit', amount: 5, description: 'Deposit' }]);
  const hash = `0x${'ab'.repeat(32)}`;
  await school.database.transaction(() =>
    school.database.run(
      'UPDATE rewards_teocointransaction SET blockchain_tx_hash = $2, is_blockchain_confirmed = $3 WHERE id = $1',
      [row!.id, hash, true],
    ),
  );
  expect((await historyPage(ann)).data[0]).toMatchObject({ blockchainTxHash: hash, isBlockchainConfirmed: true });
});

describe('a long history', () => {
  beforeEach(async () => {
    for (let index = 0; index < 25; index++) {
      await endow(school, ann.id, 10);
      if (index % 5 === 0) await ann.post('/coins/transfers', { recipientId: bob.id, amount: 1 });
    }
  });

  test('the pages of the history contain each transaction once, newest first', async () => {
    const seenIds: number[] = [];
    let cursor = '';
    do {
      const cursorQuery = cursor ? `&cursor=${cursor}` : '';
      const { data, page } = await historyPage(ann, `?limit=7${cursorQuery}`);
      seenIds.push(...data.map(({ id }: { id: number }) => id));
      expect(page.hasMore).toBe(page.nextCursor !== null);
      cursor = page.nextCursor ?? '';
    } while (cursor);
    expect(seenIds).toEqual((await rowsOf(school, ann.id)).map(({ id }) => id).reverse());
  });

  test('the next page of the history continues after the first one, although a new transaction was added', async () => {
    const firstPage = await historyPage(ann, '?limit=3');
    await endow(school, ann.id, 10);
    const secondPage = await historyPage(ann, `?limit=3&cursor=${firstPage.page.nextCursor}`);
    const lastOfFirstPage = firstPage.data[2];
    expect(secondPage.data[0].balanceAfter).toBe(lastOfFirstPage.balanceAfter - lastOfFirstPage.signedAmount);
  });

  test('the history lists and counts only the transactions of a given type', async () => {
    const { data, page } = await historyPage(ann, '?type=transfer_sent&limit=3&withTotal=true');
    expect(data.map(({ type }: { type: string }) => type)).toEqual(Array(3).fill('transfer_sent'));
    expect(page).toMatchObject({ total: 5, hasMore: true });
  });

  test('the coins of a user come with the first page of the history', async () => {
    const { transactions, transactionCount } = (await ann.get('/me/coins')).body;
    expect(transactions).toEqual((await historyPage(ann)).data);
    expect([transactions.length, transactionCount]).toEqual([20, 30]);
  });

  test('a page of the history costs one statement, and the coins with the newest transactions two', async () => {
    await ann.get('/me/coins');
    const { statements } = await school.statements(() => ann.get('/me/coins/transactions?limit=20'));
    expect(statements).toHaveLength(1);
    expect((await school.statements(() => ann.get('/me/coins'))).statements).toHaveLength(2);
  });
});

test.each(['limit=0', 'limit=101', 'type=earned_nothing', 'type=reversal_debit', 'cursor=x', 'userId=1'])(
  'GET /me/coins/transactions?%s is refused with 422',
  async (query) => {
    expect((await ann.get(`/me/coins/transactions?${query}`)).status).toBe(422);
  },
);

test('the history refuses a cursor of another list', async () => {
  for (const coins of [1, 2]) await endow(school, ann.id, coins);
  const { page } = await historyPage(ann, '?limit=1');
  const cursor = forgedCursor(page.nextCursor, 'leaderboard', 3);
  expect((await ann.get(`/me/coins/transactions?cursor=${cursor}`)).body.code).toBe('INVALID_CURSOR');
});

test('the history can be filtered by time, with a total of the same time', async () => {
  for (const coins of [1, 2, 3]) await endow(school, ann.id, coins);
  const all = (await historyPage(ann, '?limit=100')).data;
  const [newest, oldest] = [all[0]!.createdAt, all.at(-1)!.createdAt];
  const since = await historyPage(ann, `?from=${newest}&withTotal=true`);
  expect(since.data.every(({ createdAt }: { createdAt: string }) => createdAt >= newest)).toBe(true);
  expect(since.page.total).toBe(since.data.length);
  expect((await historyPage(ann, `?to=${oldest}&withTotal=true`)).page.total).toBe(0);
  expect((await historyPage(ann, `?from=${encodeURIComponent(oldest.replace('Z', '+00:00'))}&limit=100`)).data).toEqual(
    all,
  );
  for (const wrong of ['from=today', 'to=2026-02-30T00:00:00Z', 'from=2026-02-01'])
    expect((await ann.get(`/me/coins/transactions?${wrong}`)).status).toBe(422);
});
