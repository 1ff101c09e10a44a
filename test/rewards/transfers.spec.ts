import { int } from '../../src/platform/database/columns';
import { testEngine } from '../support/database-url';
import { School, type Client } from '../support/school';
import { balanceOf, endow, everything, expectCleanBooks, rowsOf } from './books';

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
afterEach(() => expectCleanBooks(school));
afterAll(() => school.close());

const send = (from: Client, body: object, key?: string) =>
  from.post('/coins/transfers', body, key === undefined ? {} : { 'idempotency-key': key });
const toBob = (amount: number, message?: string) => ({ recipientId: bob.id, amount, ...(message ? { message } : {}) });

describe('a transfer', () => {
  test('takes from one, gives to the other, and tells the sender', async () => {
    const answer = await send(ann, toBob(30, '  for the brushes '));
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      ...{
        recipient: { id: bob.id, username: bob.username },
        amount: 30,
        message: 'for the brushes',
        balanceAfter: 70,
      },
    });
    const [sent, received] = [(await rowsOf(school, ann.id)).at(-1)!, (await rowsOf(school, bob.id)).at(-1)!];
    expect([sent.id, sent.operationId]).toEqual([answer.body.id, answer.body.operationId]);
    expect(received).toMatchObject({ operationId: sent.operationId, description: 'for the brushes', balanceAfter: 30 });
    expect([await balanceOf(school, ann.id), await balanceOf(school, bob.id)]).toEqual([70, 30]);
  });

  test('of everything one has is possible, of more is not', async () => {
    expect((await send(ann, toBob(101))).body.code).toBe('INSUFFICIENT_BALANCE');
    expect((await send(ann, toBob(100))).body.balanceAfter).toBe(0);
    expect((await send(ann, toBob(1))).status).toBe(409);
  });

  test('works for teachers and administrators too', async () => {
    const teacher = await school.teacher({ approved: false });
    await send(ann, { recipientId: teacher.id, amount: 5 });
    expect((await send(teacher, toBob(5))).status).toBe(201);
  });

  test.each([
    [{}, ['/body/recipientId', '/body/amount']],
    [{ recipientId: 1, amount: 0 }, ['/body/amount']],
    [{ recipientId: 1, amount: -5 }, ['/body/amount']],
    [{ recipientId: 1, amount: 1.5 }, ['/body/amount']],
    [{ recipientId: 1, amount: '5' }, ['/body/amount']],
    [{ recipientId: 1, amount: 1_000_001 }, ['/body/amount']],
    [{ recipientId: 0, amount: 1 }, ['/body/recipientId']],
    [{ recipientId: 1, amount: 1, message: 'x'.repeat(201) }, ['/body/message']],
    [{ recipientId: 1, amount: 1, senderId: 2 }, ['/body/senderId']],
  ])('%j is refused', async (body, pointers) => {
    const answer = await send(ann, body);
    expect([answer.status, answer.body.code]).toEqual([422, 'VALIDATION_FAILED']);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers);
  });

  test('a visitor has nothing to give', async () => {
    expect((await send(school.visitor, toBob(1))).status).toBe(401);
  });

  test('to oneself, to nobody, or to somebody who left, changes nothing anywhere', async () => {
    const gone = await school.student();
    await school.database.transaction(() =>
      school.database.run('UPDATE users_user SET is_active = $2 WHERE id = $1', [gone.id, false]),
    );
    const before = await everything(school);
    const codes = [];
    for (const recipientId of [ann.id, 999_999, Number.MAX_SAFE_INTEGER, gone.id]) {
      const answer = await send(ann, { recipientId, amount: 1 }, 'k');
      codes.push([answer.status, answer.body.code]);
    }
    expect(codes).toEqual([
      [422, 'TRANSFER_TO_ONESELF'],
      ...Array.from({ length: 3 }, () => [422, 'RECIPIENT_NOT_FOUND']),
    ]);
    expect((await send(ann, toBob(1_000), 'k')).body.code).toBe('INSUFFICIENT_BALANCE');
    expect(await everything(school)).toEqual(before);
    expect((await send(ann, toBob(1), 'k')).status).toBe(201);
  });
});

describe('a key', () => {
  test('with the same content gives the first answer again, whatever happened since', async () => {
    const first = await send(ann, toBob(30, 'once'), 'k');
    await send(ann, toBob(70), 'other');
    const again = await send(ann, { message: ' once', ...toBob(30, 'once') }, 'k');
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
    expect(await balanceOf(school, bob.id)).toBe(100);
  });

  test('also when the recipient has left since', async () => {
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
  ])('with %s is refused, and nothing is written', async (_, body) => {
    await send(ann, toBob(30, 'once'), 'k');
    const before = await everything(school);
    const answer = await send(ann, body(), 'k');
    expect([answer.status, answer.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await everything(school)).toEqual(before);
  });

  test('belongs to one person', async () => {
    await send(ann, toBob(30), 'k');
    const answer = await send(bob, { recipientId: ann.id, amount: 30 }, 'k');
    expect([answer.status, answer.headers['idempotency-replayed']]).toEqual([201, undefined]);
  });

  test('sent twenty times at once is one transfer and twenty equal answers, even of the last coins', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(ann, toBob(100), 'k')));
    expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(await balanceOf(school, bob.id)).toBe(100);
  });

  test.each([[''], ['a b'], ['x'.repeat(256)]])('%j is none', async (key) => {
    expect((await send(ann, toBob(1), key)).status).toBe(422);
  });
});

test('with a key each, ten at once are ten', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => send(ann, toBob(10))));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
  expect(answers.filter(({ body }) => body.code === 'INSUFFICIENT_BALANCE')).toHaveLength(2);
});

describe('costs', () => {
  const cost = async (work: () => Promise<unknown>): Promise<string[]> => {
    await ann.get('/me/coins');
    const { statements } = await school.statements(work);
    return statements.map((sql) => sql.trim().split(/\s+/, 1)[0]!);
  };
  const lock = testEngine() === 'postgres' ? ['SELECT'] : [];
  const begin = testEngine() === 'postgres' ? 'START' : 'BEGIN';

  test('one statement each for the question, the balances, the rows and the outbox', async () => {
    const statements = await cost(() => send(ann, toBob(1), 'k'));
    expect(statements).toEqual([begin, ...lock, 'SELECT', 'UPDATE', 'INSERT', 'INSERT', 'COMMIT']);
    expect(statements.length).toBeLessThanOrEqual(7);
  });

  test('a repetition only asks', async () => {
    await send(ann, toBob(1), 'k');
    expect(await cost(() => send(ann, toBob(1), 'k'))).toEqual([begin, ...lock, 'SELECT', 'COMMIT']);
  });
});

test('is told to the recipient, once', async () => {
  await school.settle();
  await send(ann, toBob(5, 'hello'), 'k');
  await send(ann, toBob(5, 'hello'), 'k');
  await school.settle();
  const told = await school.database.row(
    { n: int },
    `SELECT count(*) AS n FROM notifications_notification WHERE user_id = $1 AND notification_type = 'teocoin_transfer'`,
    [bob.id],
  );
  expect(told!.n).toBe(1);
});
