import { Ledger, type Movement } from '../../src/modules/rewards';
import { testEngine } from '../support/database-url';
import { School, type Client } from '../support/school';
import { balanceOf, endow, everything, expectCleanBooks, rowsAfter, rowsOf } from './books';

let school: School;
let admin: Client;
let ann: Client;
let bob: Client;
beforeAll(async () => {
  school = await School.open();
  admin = await school.admin();
}, 60_000);
beforeEach(async () => {
  [ann, bob] = [await school.student(), await school.student()];
});
afterEach(() => expectCleanBooks(school));
afterAll(() => school.close());

const reason = 'Second prize of the spring exhibition';
const lastRow = async (userId: number) => (await rowsOf(school, userId)).at(-1)!;

describe('what only administrators may do', () => {
  test.each([
    ['/rewards/manual', { userId: 1, amount: 5, reason }],
    ['/rewards/bulk', { userIds: [1], amount: 5, reason }],
    ['/rewards/adjustments', { userId: 1, amount: 5, reason }],
    ['/rewards/reversals', { transactionId: 1, reason }],
    ['/achievements', { userId: 1, achievementType: 'art_critic' }],
  ])('POST %s', async (path, body) => {
    const before = await rowsAfter(school);
    const teacher = await school.teacher();
    const statuses = [];
    for (const client of [school.visitor, ann, teacher]) statuses.push((await client.post(path, body)).status);
    expect(statuses).toEqual([401, 403, 403]);
    expect(await rowsAfter(school)).toEqual(before);
  });
});

describe('a manual reward', () => {
  const give = (body: object, key?: string) =>
    admin.post('/rewards/manual', body, key ? { 'idempotency-key': key } : {});

  test('is paid, counts as earned, names its reason and who gave it', async () => {
    const answer = await give({ userId: ann.id, amount: 40, reason });
    expect([answer.status, answer.body.reason]).toEqual([201, reason]);
    expect(answer.body.transactions).toMatchObject([
      { userId: ann.id, type: 'manual_reward', signedAmount: 40, balanceAfter: 40 },
    ]);
    expect(await lastRow(ann.id)).toMatchObject({ description: reason, actorId: admin.id });
    expect((await ann.get('/me/coins')).body.totalEarned).toBe(40);
    expect((await admin.get('/me/coins')).body.balance).toBe(0);
  });

  test('is given once for a key, also by twins', async () => {
    const gift = { userId: ann.id, amount: 40, reason };
    const answers = await Promise.all(Array.from({ length: 8 }, () => give(gift, `m${ann.id}`)));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await balanceOf(school, ann.id)).toBe(40);
    expect((await give({ ...gift, amount: 41 }, `m${ann.id}`)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('wants somebody who is there', async () => {
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET is_active = $2 WHERE id = $1', [bob.id, false]),
    );
    for (const userId of [999_999, bob.id]) {
      const answer = await give({ userId, amount: 1, reason });
      expect([answer.status, answer.body.code, answer.body.errors[0].pointer]).toEqual([
        422,
        'RECIPIENT_NOT_FOUND',
        '/body/userId',
      ]);
    }
  });

  test.each([
    [{ amount: 5, reason }, '/body/userId'],
    [{ userId: 1, amount: 0, reason }, '/body/amount'],
    [{ userId: 1, amount: 1_000_001, reason }, '/body/amount'],
    [{ userId: 1, amount: 5, reason: '  ' }, '/body/reason'],
    [{ userId: 1, amount: 5, reason, type: 'deposit' }, '/body/type'],
  ])('%j is refused', async (body, pointer) => {
    const answer = await give(body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
  });

  test('beyond what a balance can hold is refused', async () => {
    const most: Movement = { userId: ann.id, type: 'deposit', amount: 2 ** 31 - 10, description: '' };
    await school.part(Ledger).post([most]);
    expect((await give({ userId: ann.id, amount: 10, reason })).body.code).toBe('BALANCE_TOO_LARGE');
    expect((await give({ userId: ann.id, amount: 9, reason })).status).toBe(201);
  });
});

describe('a bulk reward', () => {
  const give = (body: object) => admin.post('/rewards/bulk', { amount: 7, reason, ...body });

  test('is one operation for all', async () => {
    const answer = await give({ userIds: [bob.id, ann.id] });
    expect(answer.body).toMatchObject({ recipients: 2, total: 14 });
    const rows = [await lastRow(ann.id), await lastRow(bob.id)];
    expect(rows.map(({ operationId, type }) => [operationId, type])).toEqual(
      Array(2).fill([answer.body.operationId, 'bulk_reward']),
    );
  });

  test('to one who is not there is to nobody', async () => {
    const before = await everything(school);
    const answer = await give({ userIds: [ann.id, 999_999, bob.id, 999_998] });
    expect([answer.status, answer.body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([
      422,
      ['/body/userIds/1', '/body/userIds/3'],
    ]);
    expect(await everything(school)).toEqual(before);
  });

  test('to a role reaches everybody active of it', async () => {
    const teachers = [await school.teacher(), await school.teacher()];
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET is_active = $2 WHERE id = $1', [teachers[0]!.id, false]),
    );
    const answer = await give({ role: 'teacher' });
    expect(answer.body.recipients).toBeGreaterThan(0);
    expect([await balanceOf(school, teachers[0]!.id), await balanceOf(school, teachers[1]!.id)]).toEqual([0, 7]);
    expect(await balanceOf(school, ann.id)).toBe(0);
  });

  test.each([
    [{}, '/body/userIds'],
    [{ userIds: [1], role: 'student' }, '/body/userIds'],
    [{ userIds: [] }, '/body/userIds'],
    [{ userIds: [1, 2, 1] }, '/body/userIds'],
    [{ userIds: Array.from({ length: 10_001 }, (_, i) => i + 1) }, '/body/userIds'],
    [{ role: 'admin' }, '/body/role'],
  ])('%j is refused', async (body, pointer) => {
    const answer = await give(body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
  });

  test('costs the same for two people as for as many as one statement takes', async () => {
    const crowd: number[] = [];
    const { maxRowsPerStatement } = school.database.dialect;
    for (let i = 0; i < maxRowsPerStatement; i++) crowd.push(await registered(`crowd${i}`));
    // Who asks is looked up once in ten seconds: not what is counted here.
    const cost = async (userIds: number[]): Promise<number> =>
      (await school.statements(() => give({ userIds }))).statements.filter((sql) => !sql.includes('users_session'))
        .length;
    const [few, many] = [await cost(crowd.slice(0, 2)), await cost(crowd)];
    const locks = testEngine() === 'postgres' ? 2 : 0;
    // begin · key · who is there · the administrator's day · totals · balances · rows · outbox · answer · commit
    expect([few, many]).toEqual([10 + locks, 10 + locks]);
  }, 120_000);

  const registered = async (username: string): Promise<number> => (await school.student({ username })).id;
});

describe('an adjustment', () => {
  const adjust = (amount: number, userId = ann.id) => admin.post('/rewards/adjustments', { userId, amount, reason });

  test('goes both ways and never below zero, and is not earned', async () => {
    expect((await adjust(10)).body.transactions[0]).toMatchObject({ type: 'admin_adjustment', signedAmount: 10 });
    expect((await adjust(-11)).body.code).toBe('INSUFFICIENT_BALANCE');
    expect((await adjust(-10)).body.transactions[0]).toMatchObject({ signedAmount: -10, balanceAfter: 0 });
    expect((await ann.get('/me/coins')).body.totalEarned).toBe(0);
  });

  test.each([0, 0.5, 1_000_001, -1_000_001])('of %d is refused', async (amount) => {
    expect((await adjust(amount)).status).toBe(422);
  });

  test('wants a person', async () => {
    expect((await adjust(1, 999_999)).body.code).toBe('RECIPIENT_NOT_FOUND');
  });
});

describe('a reversal', () => {
  const reverse = (transactionId: number, key?: string) =>
    admin.post('/rewards/reversals', { transactionId, reason: 'copied work' }, key ? { 'idempotency-key': key } : {});

  test('takes a reward back, with what it counted as earned', async () => {
    await endow(school, ann.id, 30);
    const row = await lastRow(ann.id);
    const answer = await reverse(row.id);
    expect(answer.body.transactions).toMatchObject([
      { userId: ann.id, type: 'reversal', signedAmount: -30, balanceAfter: 0 },
    ]);
    expect(await lastRow(ann.id)).toMatchObject({ reversesId: row.id, description: 'copied work', actorId: admin.id });
    expect((await ann.get('/me/coins')).body).toMatchObject({ balance: 0, totalEarned: 0 });
    const [shown] = (await ann.get('/me/coins/transactions')).body.data;
    expect(shown).toMatchObject({
      relatedObject: { type: 'rewards.teocointransaction', id: row.id },
      description: 'copied work',
    });
  });

  test('of either side of a transfer reverses both', async () => {
    await endow(school, ann.id, 30);
    for (const side of [ann, bob]) {
      await ann.post('/coins/transfers', { recipientId: bob.id, amount: 20 });
      const answer = await reverse((await lastRow(side.id)).id);
      expect(
        answer.body.transactions.map((one: { userId: number; signedAmount: number }) => [one.userId, one.signedAmount]),
      ).toEqual([
        [ann.id, 20],
        [bob.id, -20],
      ]);
    }
    expect([await balanceOf(school, ann.id), await balanceOf(school, bob.id)]).toEqual([30, 0]);
  });

  test('of what was spent meanwhile is refused, and changes nothing anywhere', async () => {
    await endow(school, ann.id, 30);
    const row = await lastRow(ann.id);
    await ann.post('/coins/transfers', { recipientId: bob.id, amount: 1 });
    const before = await everything(school);
    expect((await reverse(row.id, 'r')).body.code).toBe('INSUFFICIENT_BALANCE');
    expect(await everything(school)).toEqual(before);
  });

  test('happens once, also when ten administrators are at it', async () => {
    await endow(school, ann.id, 30);
    const { id } = await lastRow(ann.id);
    const answers = await Promise.all(Array.from({ length: 10 }, () => reverse(id)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'ALREADY_REVERSED')).toHaveLength(9);
  });

  test('of a transfer happens once too, although its coins would not do twice', async () => {
    await endow(school, ann.id, 30);
    await ann.post('/coins/transfers', { recipientId: bob.id, amount: 30 });
    const { id } = await lastRow(ann.id);
    const answers = await Promise.all(Array.from({ length: 10 }, () => reverse(id)));
    expect(answers.map(({ body }) => body.code ?? 'done').sort()).toEqual([
      ...Array(9).fill('ALREADY_REVERSED'),
      'done',
    ]);
  });

  test('is final itself, and needs something to reverse', async () => {
    await endow(school, ann.id, 30);
    await reverse((await lastRow(ann.id)).id);
    expect((await reverse((await lastRow(ann.id)).id)).body.code).toBe('NOT_REVERSIBLE');
    const missing = await reverse(999_999);
    expect([missing.status, missing.body.code]).toEqual([404, 'TRANSACTION_NOT_FOUND']);
  });
});
