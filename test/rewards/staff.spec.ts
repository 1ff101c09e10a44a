import { Ledger, type Movement } from '../../src/modules/rewards';
import { testEngine } from '../support/database-url';
import { School, type Client } from '../support/school';
import { balanceOf, endow, tableContents, expectNoViolations, rowsAfter, rowsOf } from './ledger-state';

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
afterEach(() => expectNoViolations(school));
afterAll(() => school.close());

const reason = 'Second prize of the spring exhibition';
const lastRow = async (userId: number) => (await rowsOf(school, userId)).at(-1)!;

describe('routes for administrators', () => {
  test.each([
    ['/rewards/manual', { userId: 1, amount: 5, reason }],
    ['/rewards/bulk', { userIds: [1], amount: 5, reason }],
    ['/rewards/adjustments', { userId: 1, amount: 5, reason }],
    ['/rewards/reversals', { transactionId: 1, reason }],
    ['/achievements', { userId: 1, achievementType: 'art_critic' }],
  ])('POST %s refuses visitors with 401, and students and teachers with 403', async (path, body) => {
    const before = await rowsAfter(school);
    const teacher = await school.teacher();
    const statuses = [];
    for (const client of [school.visitor, ann, teacher]) statuses.push((await client.post(path, body)).status);
    expect(statuses).toEqual([401, 403, 403]);
    expect(await rowsAfter(school)).toEqual(before);
  });
});

describe('POST /rewards/manual', () => {
  const give = (body: object, key?: string) =>
    admin.post('/rewards/manual', body, key ? { 'idempotency-key': key } : {});

  test('a manual reward is paid, counts as earned, and stores its reason and the administrator', async () => {
    const response = await give({ userId: ann.id, amount: 40, reason });
    expect([response.status, response.body.reason]).toEqual([201, reason]);
    expect(response.body.transactions).toMatchObject([
      { userId: ann.id, type: 'manual_reward', signedAmount: 40, balanceAfter: 40 },
    ]);
    expect(await lastRow(ann.id)).toMatchObject({ description: reason, actorId: admin.id });
    expect((await ann.get('/me/coins')).body.totalEarned).toBe(40);
    expect((await admin.get('/me/coins')).body.balance).toBe(0);
  });

  test('eight concurrent manual rewards with one key pay once', async () => {
    const gift = { userId: ann.id, amount: 40, reason };
    const responses = await Promise.all(Array.from({ length: 8 }, () => give(gift, `m${ann.id}`)));
    expect(new Set(responses.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await balanceOf(school, ann.id)).toBe(40);
    expect((await give({ ...gift, amount: 41 }, `m${ann.id}`)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('a manual reward to an unknown or closed account is refused with 422', async () => {
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET is_active = $2 WHERE id = $1', [bob.id, false]),
    );
    for (const userId of [999_999, bob.id]) {
      const response = await give({ userId, amount: 1, reason });
      expect([response.status, response.body.code, response.body.errors[0].pointer]).toEqual([
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
  ])('a manual reward with body %j is refused with 422', async (body, pointer) => {
    const response = await give(body);
    expect([response.status, response.body.errors[0].pointer]).toEqual([422, pointer]);
  });

  test('a manual reward that exceeds the maximum balance is refused', async () => {
    const deposit: Movement = { userId: ann.id, type: 'deposit', amount: 2 ** 31 - 10, description: '' };
    await school.part(Ledger).post([deposit]);
    expect((await give({ userId: ann.id, amount: 10, reason })).body.code).toBe('BALANCE_TOO_LARGE');
    expect((await give({ userId: ann.id, amount: 9, reason })).status).toBe(201);
  });
});

describe('POST /rewards/bulk', () => {
  const give = (body: object) => admin.post('/rewards/bulk', { amount: 7, reason, ...body });

  test('a bulk reward pays all recipients in one operation', async () => {
    const response = await give({ userIds: [bob.id, ann.id] });
    expect(response.body).toMatchObject({ recipients: 2, total: 14 });
    const rows = [await lastRow(ann.id), await lastRow(bob.id)];
    expect(rows.map(({ operationId, type }) => [operationId, type])).toEqual(
      Array(2).fill([response.body.operationId, 'bulk_reward']),
    );
  });

  test('a bulk reward with an unknown recipient pays nobody', async () => {
    const before = await tableContents(school);
    const response = await give({ userIds: [ann.id, 999_999, bob.id, 999_998] });
    const pointers = response.body.errors.map((error: { pointer: string }) => error.pointer);
    expect([response.status, pointers]).toEqual([422, ['/body/userIds/1', '/body/userIds/3']]);
    expect(await tableContents(school)).toEqual(before);
  });

  test('a bulk reward to a role pays only its active users', async () => {
    const teachers = [await school.teacher(), await school.teacher()];
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET is_active = $2 WHERE id = $1', [teachers[0]!.id, false]),
    );
    const response = await give({ role: 'teacher' });
    expect(response.body.recipients).toBeGreaterThan(0);
    expect([await balanceOf(school, teachers[0]!.id), await balanceOf(school, teachers[1]!.id)]).toEqual([0, 7]);
    expect(await balanceOf(school, ann.id)).toBe(0);
  });

  test.each([
    [{}, '/body/userIds'],
    [{ userIds: [1], role: 'student' }, '/body/userIds'],
    [{ userIds: [] }, '/body/userIds'],
    [{ userIds: [1, 2, 1] }, '/body/userIds'],
    [{ userIds: Array.from({ length: 10_001 }, (_, index) => index + 1) }, '/body/userIds'],
    [{ role: 'admin' }, '/body/role'],
  ])('a bulk reward with body %j is refused with 422', async (body, pointer) => {
    const response = await give(body);
    expect([response.status, response.body.errors[0].pointer]).toEqual([422, pointer]);
  });

  test('a bulk reward to two people runs as many statements as one to `maxRowsPerStatement` people', async () => {
    const userIds: number[] = [];
    const { maxRowsPerStatement } = school.database.dialect;
    for (let index = 0; index < maxRowsPerStatement; index++) {
      const student = await school.student({ username: `crowd${index}` });
      userIds.push(student.id);
    }
    // The session is read at most once in ten seconds, so its statement is not counted.
    const statementCount = async (recipientIds: number[]): Promise<number> => {
      const { statements } = await school.statements(() => give({ userIds: recipientIds }));
      return statements.filter((sql) => !sql.includes('users_session')).length;
    };
    const countForTwo = await statementCount(userIds.slice(0, 2));
    const countForAll = await statementCount(userIds);
    const lockCount = testEngine() === 'postgres' ? 2 : 0;
    // The statements: begin · key · recipients · daily limit · totals · balances · rows · outbox · audit log · response · commit
    expect([countForTwo, countForAll]).toEqual([11 + lockCount, 11 + lockCount]);
  }, 120_000);
});

describe('POST /rewards/adjustments', () => {
  const adjust = (amount: number, userId = ann.id) => admin.post('/rewards/adjustments', { userId, amount, reason });

  test('an adjustment adds or takes coins, leaves no negative balance, and does not count as earned', async () => {
    expect((await adjust(10)).body.transactions[0]).toMatchObject({ type: 'admin_adjustment', signedAmount: 10 });
    expect((await adjust(-11)).body.code).toBe('INSUFFICIENT_BALANCE');
    expect((await adjust(-10)).body.transactions[0]).toMatchObject({ signedAmount: -10, balanceAfter: 0 });
    expect((await ann.get('/me/coins')).body.totalEarned).toBe(0);
  });

  test.each([0, 0.5, 1_000_001, -1_000_001])('an adjustment of %d is refused with 422', async (amount) => {
    expect((await adjust(amount)).status).toBe(422);
  });

  test('an adjustment of an unknown account is refused', async () => {
    expect((await adjust(1, 999_999)).body.code).toBe('RECIPIENT_NOT_FOUND');
  });
});

describe('POST /rewards/reversals', () => {
  const reverse = (transactionId: number, key?: string) =>
    admin.post('/rewards/reversals', { transactionId, reason: 'copied work' }, key ? { 'idempotency-key': key } : {});

  test('a reversal takes a reward back and reduces the total of earned coins', async () => {
    await endow(school, ann.id, 30);
    const row = await lastRow(ann.id);
    const response = await reverse(row.id);
    expect(response.body.transactions).toMatchObject([
      { userId: ann.id, type: 'reversal', signedAmount: -30, balanceAfter: 0 },
    ]);
    expect(await lastRow(ann.id)).toMatchObject({ reversesId: row.id, description: 'copied work', actorId: admin.id });
    expect((await ann.get('/me/coins')).body).toMatchObject({ balance: 0, totalEarned: 0 });
    const [newest] = (await ann.get('/me/coins/transactions')).body.data;
    expect(newest).toMatchObject({
      relatedObject: { type: 'rewards.teocointransaction', id: row.id },
      description: 'copied work',
    });
  });

  test('a reversal of either side of a transfer reverses both sides', async () => {
    await endow(school, ann.id, 30);
    for (const side of [ann, bob]) {
      await ann.post('/coins/transfers', { recipientId: bob.id, amount: 20 });
      const response = await reverse((await lastRow(side.id)).id);
      expect(response.body.transactions).toMatchObject([
        { userId: ann.id, signedAmount: 20 },
        { userId: bob.id, signedAmount: -20 },
      ]);
    }
    expect([await balanceOf(school, ann.id), await balanceOf(school, bob.id)]).toEqual([30, 0]);
  });

  test('a reversal of coins that were spent is refused and changes no row', async () => {
    await endow(school, ann.id, 30);
    const row = await lastRow(ann.id);
    await ann.post('/coins/transfers', { recipientId: bob.id, amount: 1 });
    const before = await tableContents(school);
    expect((await reverse(row.id, 'r')).body.code).toBe('INSUFFICIENT_BALANCE');
    expect(await tableContents(school)).toEqual(before);
  });

  test('ten concurrent reversals of one transaction reverse it once', async () => {
    await endow(school, ann.id, 30);
    const { id } = await lastRow(ann.id);
    const responses = await Promise.all(Array.from({ length: 10 }, () => reverse(id)));
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(responses.filter(({ body }) => body.code === 'ALREADY_REVERSED')).toHaveLength(9);
  });

  test('nine of ten concurrent reversals of a transfer fail with ALREADY_REVERSED, not with INSUFFICIENT_BALANCE', async () => {
    await endow(school, ann.id, 30);
    await ann.post('/coins/transfers', { recipientId: bob.id, amount: 30 });
    const { id } = await lastRow(ann.id);
    const responses = await Promise.all(Array.from({ length: 10 }, () => reverse(id)));
    expect(responses.map(({ body }) => body.code ?? 'done').sort()).toEqual([
      ...Array(9).fill('ALREADY_REVERSED'),
      'done',
    ]);
  });

  test('a reversal of a reversal is refused with 409, and one of an unknown transaction with 404', async () => {
    await endow(school, ann.id, 30);
    await reverse((await lastRow(ann.id)).id);
    expect((await reverse((await lastRow(ann.id)).id)).body.code).toBe('NOT_REVERSIBLE');
    const missing = await reverse(999_999);
    expect([missing.status, missing.body.code]).toEqual([404, 'TRANSACTION_NOT_FOUND']);
  });
});
