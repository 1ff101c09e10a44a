import { int } from '../../src/platform/database/columns';
import { testEngine } from '../support/database-url';
import { School, type Client } from '../support/school';
import { advanceClock } from '../users/user-fixtures';
import { balanceOf, endow, tableContents, expectNoViolations, rowsOf } from './ledger-state';

let school: School;
let ann: Client;
let bob: Client;
beforeAll(async () => {
  school = await School.open();
}, 60_000);
beforeEach(async () => {
  [ann, bob] = [await school.student(), await school.student()];
  await endow(school, ann.id, 100);
});
afterEach(() => expectNoViolations(school));
afterEach(() => school.clock.stopAt(null));
afterAll(() => school.close());

const send = (sender: Client, body: object, key?: string) =>
  sender.post('/coins/transfers', body, key === undefined ? {} : { 'idempotency-key': key });
const toBob = (amount: number, message?: string) => ({ recipientId: bob.id, amount, ...(message ? { message } : {}) });

describe('POST /coins/transfers', () => {
  test('a transfer moves coins from the sender to the recipient and returns the new balance of the sender', async () => {
    const response = await send(ann, toBob(30, '  for the brushes '));
    expect(response.status).toBe(201);
    expect(response.body).toMatchObject({
      recipient: { id: bob.id, username: bob.username },
      amount: 30,
      message: 'for the brushes',
      balanceAfter: 70,
    });
    const sent = (await rowsOf(school, ann.id)).at(-1)!;
    const received = (await rowsOf(school, bob.id)).at(-1)!;
    expect([sent.id, sent.operationId]).toEqual([response.body.id, response.body.operationId]);
    expect(received).toMatchObject({ operationId: sent.operationId, description: 'for the brushes', balanceAfter: 30 });
    expect([await balanceOf(school, ann.id), await balanceOf(school, bob.id)]).toEqual([70, 30]);
  });

  test('a sender can transfer the whole balance, but not more', async () => {
    expect((await send(ann, toBob(101))).body.code).toBe('INSUFFICIENT_BALANCE');
    expect((await send(ann, toBob(100))).body.balanceAfter).toBe(0);
    expect((await send(ann, toBob(1))).status).toBe(409);
  });

  test('a transfer of more than TRANSFER_PROOF_COINS needs a recent proof, and a refused one leaves its key unused', async () => {
    await endow(school, ann.id, 1_000);
    advanceClock(school, 601);
    expect((await send(ann, toBob(501), 'large')).body.code).toBe('REAUTHENTICATION_REQUIRED');
    expect((await send(ann, toBob(500))).status).toBe(201);
    school.clock.stopAt(null);
    expect((await send(ann, toBob(501), 'large')).status).toBe(201);
  });

  test('a teacher can receive and send a transfer', async () => {
    const teacher = await school.teacher({ approved: false });
    await send(ann, { recipientId: teacher.id, amount: 5 });
    expect((await send(teacher, toBob(5))).status).toBe(201);
  });

  test.each([
    [{}, ['/body/amount']],
    [{ amount: 1 }, ['/body/recipientId']],
    [{ recipientId: 1, recipientUsername: 'bob', amount: 1 }, ['/body/recipientId']],
    [{ recipientId: 1, amount: 0 }, ['/body/amount']],
    [{ recipientId: 1, amount: -5 }, ['/body/amount']],
    [{ recipientId: 1, amount: 1.5 }, ['/body/amount']],
    [{ recipientId: 1, amount: '5' }, ['/body/amount']],
    [{ recipientId: 1, amount: 1_000_001 }, ['/body/amount']],
    [{ recipientId: 0, amount: 1 }, ['/body/recipientId']],
    [{ recipientId: 1, amount: 1, message: 'x'.repeat(201) }, ['/body/message']],
    [{ recipientId: 1, amount: 1, senderId: 2 }, ['/body/senderId']],
  ])('a transfer with body %j is refused with 422', async (body, pointers) => {
    const response = await send(ann, body);
    expect([response.status, response.body.code]).toEqual([422, 'VALIDATION_FAILED']);
    expect(response.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers);
  });

  test('a transfer without authentication is refused with 401', async () => {
    expect((await send(school.visitor, toBob(1))).status).toBe(401);
  });

  test('a refused transfer (to oneself, to an unknown or a closed account, or without coins) changes no row and leaves its key unused', async () => {
    const closed = await school.student();
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET is_active = $2 WHERE id = $1', [closed.id, false]),
    );
    const before = await tableContents(school);
    const codes = [];
    for (const recipientId of [ann.id, 999_999, Number.MAX_SAFE_INTEGER, closed.id]) {
      const response = await send(ann, { recipientId, amount: 1 }, 'k');
      codes.push([response.status, response.body.code]);
    }
    expect(codes).toEqual([
      [422, 'TRANSFER_TO_ONESELF'],
      ...Array.from({ length: 3 }, () => [422, 'RECIPIENT_NOT_FOUND']),
    ]);
    expect((await send(ann, toBob(1_000), 'k')).body.code).toBe('INSUFFICIENT_BALANCE');
    expect(await tableContents(school)).toEqual(before);
    expect((await send(ann, toBob(1), 'k')).status).toBe(201);
  });
});

describe('the Idempotency-Key of a transfer', () => {
  test('a repeated transfer with the same key and content returns the first response and moves no coins', async () => {
    const first = await send(ann, toBob(30, 'once'), 'k');
    await send(ann, toBob(70), 'other');
    const repeated = await send(ann, { message: ' once', ...toBob(30, 'once') }, 'k');
    expect([repeated.status, repeated.body]).toEqual([201, first.body]);
    expect([first.headers['idempotency-replayed'], repeated.headers['idempotency-replayed']]).toEqual([
      undefined,
      'true',
    ]);
    expect(await balanceOf(school, bob.id)).toBe(100);
  });

  test('a repeated transfer returns the first response even if the account of the recipient was closed', async () => {
    const first = await send(ann, toBob(30), 'k');
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET is_active = $2 WHERE id = $1', [bob.id, false]),
    );
    expect((await send(ann, toBob(30), 'k')).body).toEqual(first.body);
  });

  test.each([
    ['another amount', () => toBob(31, 'once')],
    ['another message', () => toBob(30, 'twice')],
    ['no message', () => toBob(30)],
    ['another recipient', () => ({ ...toBob(30, 'once'), recipientId: 999_999 })],
  ])('the key of an earlier transfer with %s is refused with 409 and changes no row', async (_, body) => {
    await send(ann, toBob(30, 'once'), 'k');
    const before = await tableContents(school);
    const response = await send(ann, body(), 'k');
    expect([response.status, response.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await tableContents(school)).toEqual(before);
  });

  test('two senders can use the same key', async () => {
    await send(ann, toBob(30), 'k');
    const response = await send(bob, { recipientId: ann.id, amount: 30 }, 'k');
    expect([response.status, response.headers['idempotency-replayed']]).toEqual([201, undefined]);
  });

  test('twenty concurrent transfers with one key move the whole balance once and get the same response', async () => {
    const responses = await Promise.all(Array.from({ length: 20 }, () => send(ann, toBob(100), 'k')));
    expect(new Set(responses.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    expect(responses.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(await balanceOf(school, bob.id)).toBe(100);
  });

  test.each([[''], ['a b'], ['x'.repeat(256)]])('the invalid key %j is refused with 422', async (key) => {
    expect((await send(ann, toBob(1), key)).status).toBe(422);
  });
});

test('of twelve concurrent transfers of 10 coins from a balance of 100, ten succeed and two are refused', async () => {
  const responses = await Promise.all(Array.from({ length: 12 }, () => send(ann, toBob(10))));
  expect(responses.filter(({ status }) => status === 201)).toHaveLength(10);
  expect(responses.filter(({ body }) => body.code === 'INSUFFICIENT_BALANCE')).toHaveLength(2);
});

describe('SQL statements of a transfer', () => {
  const isPostgres = testEngine() === 'postgres';
  /** The first word of each SQL statement that `work` runs, and the number of round trips, which is zero on SQLite. */
  const statementsOf = async (work: () => Promise<unknown>): Promise<{ names: string[]; roundTripCount: number }> => {
    await ann.get('/me/coins');
    const { statements, roundTripCount } = await school.statements(work);
    return { roundTripCount, names: statements.map((sql) => sql.trim().split(/\s+/, 1)[0]!) };
  };
  const lock = isPostgres ? ['SELECT'] : [];
  const begin = isPostgres ? 'START' : 'BEGIN';

  test('a transfer runs one statement each for the check, the balances, the rows and the outbox, in two round trips', async () => {
    expect(await statementsOf(() => send(ann, toBob(1), 'k'))).toEqual({
      names: [begin, ...lock, 'SELECT', 'UPDATE', 'INSERT', 'INSERT', 'COMMIT'],
      roundTripCount: isPostgres ? 2 : 0,
    });
  });

  test('a repeated transfer runs only the check', async () => {
    await send(ann, toBob(1), 'k');
    expect(await statementsOf(() => send(ann, toBob(1), 'k'))).toEqual({
      names: [begin, ...lock, 'SELECT', 'COMMIT'],
      roundTripCount: isPostgres ? 2 : 0,
    });
  });
});

test('the recipient of a repeated transfer gets one notification', async () => {
  await school.settle();
  await send(ann, toBob(5, 'hello'), 'k');
  await send(ann, toBob(5, 'hello'), 'k');
  await school.settle();
  const notifications = await school.database.row(
    { total: int },
    `SELECT count(*) AS total FROM notifications_notification WHERE user_id = $1 AND notification_type = 'teocoin_transfer'`,
    [bob.id],
  );
  expect(notifications!.total).toBe(1);
});
