import { WithdrawalRefunds } from '../../src/modules/chain/withdrawals/withdrawal-refunds';
import { ActorCache } from '../../src/platform/auth/actor-directory';
import { testEngine } from '../support/database-url';
import type { ApiResponse, Client, School } from '../support/school';
import { balanceOf, endow, tableContents, expectNoLedgerViolations, rowsOf } from '../rewards/ledger-state';
import {
  pollChain,
  createWallet,
  statementKindsOf,
  countRows,
  changeRows,
  newKey,
  schoolOnChain,
} from './unreachable-chain';

let school: School;
let ann: Client;
let bob: Client;
let admin: Client;
let wallet: number;
beforeAll(async () => {
  const largePool = { DATABASE_POOL_SIZE: '32', DATABASE_POOL_WAIT_MS: '60000' };
  school = await schoolOnChain({ WALLET_COOLDOWN_MINUTES: '60', ...largePool });
  admin = await school.admin();
}, 60_000);
beforeEach(async () => {
  // Signed in today. The clock is then set to the past, so that tokens do not expire when a test advances it.
  [ann, bob] = [await school.student(), await school.student()];
  school.clock.stopAt(new Date('2025-03-01T09:30:00Z'));
  wallet = await createWallet(ann);
  advanceClock(60 * 60_000);
  await endow(school, ann.id, 100_000);
  await pollChain(school);
});
afterEach(() => expectNoLedgerViolations(school));
afterEach(() => school.clock.stopAt(null));
afterAll(() => school.close());

const advanceClock = (ms: number): void => school.clock.stopAt(new Date(school.clock.now().getTime() + ms));
const hours = (count: number): number => count * 3_600_000;
const withdraw = (amount: number, key?: string, from = ann, to = wallet): Promise<ApiResponse> =>
  from.post('/coins/withdrawals', { walletId: to, amount }, key === undefined ? {} : { 'idempotency-key': key });
const cancel = (id: number, by = ann): Promise<ApiResponse> => by.delete(`/coins/withdrawals/${id}`);
const countWithdrawals = (userId = ann.id): Promise<number> =>
  countRows(school, 'rewards_withdrawal', `user_id = ${userId}`);

/** Gives the withdrawal a nonce and a state, like the worker. */
async function markUnderWay(id: number, state = 'signing'): Promise<void> {
  const address = newKey().address.toLowerCase();
  await changeRows(
    school,
    `INSERT INTO rewards_hot_wallet (address, first_nonce, next_nonce, head_nonce, final_nonce) VALUES ($1, 0, 1, 0, 0)`,
    [address],
  );
  await changeRows(
    school,
    `UPDATE rewards_withdrawal SET state = $2, nonce = 0, block_number = 5,
       hot_wallet_id = (SELECT id FROM rewards_hot_wallet WHERE address = $3) WHERE id = $1`,
    [id, state, address],
  );
}

describe('requesting a withdrawal', () => {
  test('a withdrawal debits the coins at once and waits as reserved', async () => {
    const { status, body } = await withdraw(250);
    const { address } = (await ann.get('/me/wallets')).body.data[0];
    const expected = {
      ...{ id: expect.any(Number), amount: 250, address, status: 'reserved', txHash: null, isConfirmed: false },
      ...{
        waitingFor: 'turn',
        reason: null,
        requestedAt: '2025-03-01T10:30:00.000Z',
        changedAt: '2025-03-01T10:30:00.000Z',
      },
    };
    expect([status, body]).toEqual([201, expected]);
    expect(await balanceOf(school, ann.id)).toBe(99_750);
    const debit = (await rowsOf(school, ann.id)).at(-1)!;
    expect(debit).toMatchObject({ type: 'withdrawal', amount: 250, balanceAfter: 99_750 });
    expect(await countRows(school, 'rewards_withdrawal', `id = ${body.id} AND ledger_id = ${debit.id}`)).toBe(1);
    expect((await ann.get(`/coins/withdrawals/${body.id}`)).body).toEqual(body);
    expect((await ann.get('/coins/withdrawals')).body.data).toEqual([body]);
  });

  test.each([
    [{}, ['/body/walletId', '/body/amount']],
    [{ walletId: 1, amount: 9 }, ['/body/amount']],
    [{ walletId: 1, amount: 10_001 }, ['/body/amount']],
    [{ walletId: 1, amount: 10.5 }, ['/body/amount']],
    [{ walletId: 0, amount: 10 }, ['/body/walletId']],
    [{ walletId: 1, amount: 10, address: '0x' }, ['/body/address']],
  ])('a withdrawal request %j is refused with 422', async (body, pointers) => {
    const response = await ann.post('/coins/withdrawals', body);
    expect([response.status, response.body.code]).toEqual([422, 'VALIDATION_FAILED']);
    expect(response.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers);
  });

  test('withdrawals of more than WITHDRAWAL_PROOF_COINS within 24 hours, all together, need a recent proof', async () => {
    expect((await withdraw(300, 'first')).status).toBe(201);
    await changeRows(school, 'UPDATE users_session SET proven_at = $2 WHERE user_id = $1', [
      ann.id,
      new Date(school.clock.now().getTime() - 601_000),
    ]);
    await school.database.transaction(async () => school.part(ActorCache).revoke(ann.id));
    expect((await withdraw(201)).body.code).toBe('REAUTHENTICATION_REQUIRED');
    expect((await withdraw(200)).status).toBe(201);
    expect((await withdraw(300, 'first')).headers['idempotency-replayed']).toBe('true');
    expect((await withdraw(10)).body.code).toBe('REAUTHENTICATION_REQUIRED');
    advanceClock(hours(24) + 1);
    expect((await withdraw(10)).status).toBe(201);
  });

  test('withdrawals of the minimum and of the maximum amount are accepted', async () => {
    expect([(await withdraw(10)).status, (await withdraw(10_000)).status]).toEqual([201, 201]);
  });

  test('a withdrawal requires an own, linked wallet after its cool-down', async () => {
    await endow(school, bob.id, 100);
    const fresh = await createWallet(bob);
    const before = await tableContents(school);
    for (const to of [wallet, 999_999]) {
      const response = await withdraw(10, 'k', bob, to);
      expect([response.status, response.body.code]).toEqual([404, 'WALLET_NOT_FOUND']);
    }
    const early = await withdraw(10, 'k', bob, fresh);
    expect([early.status, early.body.code]).toEqual([409, 'WALLET_COOLING_DOWN']);
    expect(early.body.availableAt).toBe('2025-03-01T11:30:00.000Z');
    expect(await tableContents(school)).toEqual(before);
    advanceClock(hours(1) - 1);
    expect((await withdraw(10, 'k', bob, fresh)).status).toBe(409);
    advanceClock(1);
    expect((await withdraw(10, 'k', bob, fresh)).status).toBe(201);
    await bob.delete(`/me/wallets/${fresh}`);
    expect((await withdraw(10, 'other', bob, fresh)).status).toBe(404);
  });

  test('a withdrawal above the balance is refused and changes nothing', async () => {
    await endow(school, bob.id, 99);
    const to = await createWallet(bob);
    advanceClock(hours(1));
    const before = await tableContents(school);
    const response = await withdraw(100, 'k', bob, to);
    expect([response.status, response.body.code]).toEqual([409, 'INSUFFICIENT_BALANCE']);
    expect([await tableContents(school), await countWithdrawals(bob.id)]).toEqual([before, 0]);
    expect((await withdraw(99, 'k', bob, to)).status).toBe(201);
  });
});

describe('limits of withdrawals', () => {
  test('a person can have three open withdrawals, and another one after one has ended', async () => {
    const ids: number[] = [];
    for (let count = 0; count < 3; count++) ids.push((await withdraw(10)).body.id);
    const fourth = await withdraw(10);
    expect([fourth.status, fourth.body.code]).toEqual([409, 'WITHDRAWAL_LIMIT_REACHED']);
    expect(fourth.body).toMatchObject({ limit: 'open', remaining: 0 });
    await markUnderWay(ids[0]!, 'halted');
    expect((await withdraw(10)).status).toBe(409);
    await changeRows(school, `UPDATE rewards_withdrawal SET state = 'confirmed' WHERE id = $1`, [ids[0]!]);
    expect((await withdraw(10)).status).toBe(201);
  });

  test('a person can withdraw 50,000 within 24 hours, without refunded withdrawals', async () => {
    for (let count = 0; count < 4; count++) await markUnderWay((await withdraw(10_000)).body.id, 'confirmed');
    advanceClock(hours(1));
    const { id } = (await withdraw(9_000)).body;
    const over = await withdraw(1_001);
    expect(over.body).toMatchObject({ code: 'WITHDRAWAL_LIMIT_REACHED', limit: 'daily', remaining: 1_000 });
    expect((await withdraw(1_000)).status).toBe(201);
    expect((await withdraw(10)).body.remaining).toBe(0);
    await cancel(id);
    expect((await withdraw(9_000)).status).toBe(409);
    await pollChain(school);
    expect((await withdraw(9_000)).status).toBe(201);
    advanceClock(hours(23) - 1);
    expect((await withdraw(10)).status).toBe(409);
    advanceClock(1);
    expect((await withdraw(10_000)).status).toBe(201);
  });

  test('three of thirty-two concurrent withdrawals are accepted', async () => {
    const responses = await Promise.all(Array.from({ length: 32 }, (_, index) => withdraw(10 + index, `k${index}`)));
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(responses.filter(({ body }) => body.limit === 'open')).toHaveLength(29);
    expect(await countWithdrawals()).toBe(3);
  });

  test('two of thirty-two concurrent withdrawals are accepted if the balance is enough for two', async () => {
    await endow(school, bob.id, 250);
    const to = await createWallet(bob);
    advanceClock(hours(1));
    const responses = await Promise.all(Array.from({ length: 32 }, () => withdraw(100, undefined, bob, to)));
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(2);
    expect(responses.filter(({ body }) => body.code === 'INSUFFICIENT_BALANCE')).toHaveLength(30);
    expect([await balanceOf(school, bob.id), await countWithdrawals(bob.id)]).toEqual([50, 2]);
  });

  test('one of eight concurrent withdrawals is accepted if the daily limit leaves enough for one', async () => {
    for (let count = 0; count < 4; count++) await markUnderWay((await withdraw(10_000)).body.id, 'confirmed');
    const responses = await Promise.all(Array.from({ length: 8 }, () => withdraw(6_000)));
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(responses.filter(({ body }) => body.limit === 'daily' && body.remaining === 4_000)).toHaveLength(7);
  });
});

describe('the Idempotency-Key of a withdrawal', () => {
  test('a key with the same content returns the first response, even after the withdrawal and the wallet have changed', async () => {
    const first = await withdraw(250, 'k');
    advanceClock(hours(1));
    await cancel(first.body.id);
    await ann.delete(`/me/wallets/${wallet}`);
    const again = await withdraw(250, 'k');
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true']);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(await countWithdrawals()).toBe(1);
  });

  test('a key with other content or of another operation is refused with 409', async () => {
    const otherWallet = await createWallet(ann);
    advanceClock(hours(1));
    await withdraw(250, 'k');
    await ann.post('/coins/transfers', { recipientId: bob.id, amount: 250 }, { 'idempotency-key': 't' });
    const before = await tableContents(school);
    const responses = [await withdraw(251, 'k'), await withdraw(250, 'k', ann, otherWallet), await withdraw(250, 't')];
    responses.push(
      await ann.post('/coins/transfers', { recipientId: bob.id, amount: 250 }, { 'idempotency-key': 'k' }),
    );
    for (const { status, body } of responses) expect([status, body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await tableContents(school)).toEqual(before);
  });

  test('sixty-four concurrent requests with one key create one withdrawal and get equal responses', async () => {
    const responses = await Promise.all(Array.from({ length: 64 }, () => withdraw(250, 'k')));
    expect(new Set(responses.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    expect(responses.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect([await countWithdrawals(), await balanceOf(school, ann.id)]).toEqual([1, 99_750]);
  });
});

describe('cancelling a withdrawal', () => {
  test('a cancelled withdrawal is refunded once after a poll, and its owner is not notified', async () => {
    const { id } = (await withdraw(250)).body;
    advanceClock(hours(1));
    const first = await cancel(id);
    const cancelling = { status: 'cancelling', waitingFor: 'chain', changedAt: '2025-03-01T11:30:00.000Z' };
    expect([first.status, first.body]).toMatchObject([200, { id, ...cancelling }]);
    advanceClock(hours(1));
    expect([(await cancel(id)).body, await balanceOf(school, ann.id)]).toEqual([first.body, 99_750]);
    expect((await ann.get('/coins/withdrawals?status=cancelling')).body.data).toEqual([first.body]);
    expect((await ann.get('/coins/withdrawals?status=reserved')).body.data).toEqual([]);
    expect([await pollChain(school), await pollChain(school)]).toEqual([1, 0]);
    const ended = { status: 'refunded', waitingFor: null, reason: 'Cancelled', isConfirmed: false };
    expect((await cancel(id)).body).toMatchObject({ id, ...ended });
    const [debit, refund] = (await rowsOf(school, ann.id)).slice(-2);
    expect(debit).toMatchObject({ type: 'withdrawal', amount: 250 });
    expect(refund).toMatchObject({ type: 'withdrawal_refund', amount: 250, balanceAfter: 100_000, actorId: null });
    expect(refund!.description).toBe('Withdrawal cancelled');
    const { data } = (await ann.get('/me/coins/transactions?limit=1')).body;
    expect(data[0].relatedObject).toEqual({ type: 'rewards.withdrawal', id });
    await school.settle();
    expect((await ann.get('/me/notifications?type=withdrawal_failed')).body.data).toEqual([]);
  });

  test.each([
    ['more used nonces than assigned, because the database is older than the chain', 4],
    ['fewer used nonces than assigned, because a transaction may still be sent', 2],
  ])('a cancelled withdrawal waits if a poll finds %s', async (_, used) => {
    const { id } = (await withdraw(250)).body;
    await cancel(id);
    expect(await pollChain(school, used)).toBe(0);
    expect((await ann.get(`/coins/withdrawals/${id}`)).body).toMatchObject({ status: 'cancelling' });
    expect([await balanceOf(school, ann.id), await pollChain(school)]).toEqual([99_750, 1]);
  });

  test('a cancelled withdrawal waits while payments are halted, and shows it', async () => {
    const { id } = (await withdraw(250)).body;
    await cancel(id);
    await pollChain(school, 0);
    const halt = `UPDATE rewards_hot_wallet SET halted_at = $1 WHERE address LIKE '0xf39%'`;
    await changeRows(school, halt, [school.clock.now()]);
    expect(await pollChain(school)).toBe(0);
    expect((await ann.get(`/coins/withdrawals/${id}`)).body).toMatchObject({
      status: 'cancelling',
      waitingFor: 'halt',
    });
    await changeRows(school, 'UPDATE rewards_hot_wallet SET halted_at = NULL');
    expect(await pollChain(school)).toBe(1);
  });

  test.each(['signing', 'signed', 'broadcast', 'mined', 'halted', 'confirmed'])(
    'cancelling a %s withdrawal is refused with 409',
    async (state) => {
      const { id } = (await withdraw(250)).body;
      await markUnderWay(id, state);
      const response = await cancel(id);
      expect([response.status, response.body.code]).toEqual([409, 'WITHDRAWAL_UNDER_WAY']);
      expect(await balanceOf(school, ann.id)).toBe(99_750);
    },
  );

  test('an administrator can cancel a withdrawal, is named in the ledger, and the owner is notified', async () => {
    const { id } = (await withdraw(250)).body;
    for (const request of [bob.get(`/coins/withdrawals/${id}`), cancel(id, bob), bob.get('/coins/withdrawals/999999')])
      expect((await request).body.code).toBe('WITHDRAWAL_NOT_FOUND');
    expect((await admin.get(`/coins/withdrawals/${id}`)).status).toBe(200);
    expect((await admin.get('/coins/withdrawals')).body.data).toEqual([]);
    expect((await cancel(id, admin)).body.status).toBe('cancelling');
    await pollChain(school);
    expect((await admin.get(`/coins/withdrawals/${id}`)).body.reason).toBe('Cancelled by an administrator');
    expect((await rowsOf(school, ann.id)).at(-1)).toMatchObject({ type: 'withdrawal_refund', actorId: admin.id });
    await school.settle();
    expect((await ann.get('/me/notifications?type=withdrawal_failed')).body.data).toMatchObject([
      { relatedObjectId: id, message: expect.stringContaining('Cancelled by an administrator') },
    ]);
  });

  test('sixteen concurrent cancellations refund a withdrawal once', async () => {
    const { id } = (await withdraw(250)).body;
    const responses = await Promise.all(Array.from({ length: 16 }, () => cancel(id)));
    expect(new Set(responses.map(({ status, body }) => `${status} ${body.status}`))).toEqual(
      new Set(['200 cancelling']),
    );
    await pollChain(school);
    expect((await rowsOf(school, ann.id)).filter(({ type }) => type === 'withdrawal_refund')).toHaveLength(1);
    expect(await balanceOf(school, ann.id)).toBe(100_000);
  });

  test('of a cancellation and a concurrent nonce assignment exactly one succeeds', async () => {
    for (let round = 0; round < 8; round++) {
      const { id } = (await withdraw(10)).body;
      const address = newKey().address.toLowerCase();
      await changeRows(
        school,
        `INSERT INTO rewards_hot_wallet (address, first_nonce, next_nonce, head_nonce, final_nonce) VALUES ($1, 0, 1, 0, 0)`,
        [address],
      );
      const cancelling = () => cancel(id);
      const assigning = () =>
        changeRows(
          school,
          `UPDATE rewards_withdrawal SET state = 'signing', nonce = 0,
             hot_wallet_id = (SELECT id FROM rewards_hot_wallet WHERE address = $2)
           WHERE id = $1 AND state = 'reserved' AND NOT cancelling`,
          [id, address],
        );
      const isCancellationFirst = round % 2 === 0;
      const started = isCancellationFirst ? [cancelling(), assigning()] : [assigning(), cancelling()];
      const results = await Promise.all(started);
      if (!isCancellationFirst) results.reverse();
      const [response, assignedCount] = results as [ApiResponse, number];
      expect([response.status, assignedCount]).toEqual(assignedCount === 1 ? [409, 1] : [200, 0]);
      const end = `UPDATE rewards_withdrawal SET state = 'confirmed', block_number = 1 WHERE id = $1 AND state = 'signing'`;
      expect(await changeRows(school, end, [id])).toBe(assignedCount);
      expect(await pollChain(school)).toBe(1 - assignedCount);
    }
  });
});

describe('refunding a withdrawal', () => {
  const refundReason = { reason: 'Reverted.', description: 'Withdrawal not paid', isNotified: true };
  const refund = (id: number, amount = 250) =>
    school.part(WithdrawalRefunds).refund({ id, userId: ann.id, amount }, refundReason);

  test('a refund ends a withdrawal that is under way, and the owner is notified', async () => {
    const { id } = (await withdraw(250)).body;
    await markUnderWay(id, 'mined');
    await refund(id);
    expect((await ann.get(`/coins/withdrawals/${id}`)).body).toMatchObject({ status: 'refunded', reason: 'Reverted.' });
    await school.settle();
    expect((await ann.get('/me/notifications?type=withdrawal_failed')).body.data).toHaveLength(1);
  });

  test('a refund of a refunded, confirmed or unknown withdrawal is refused and changes nothing', async () => {
    const [refunded, confirmed] = [(await withdraw(250)).body.id, (await withdraw(250)).body.id];
    await refund(refunded);
    await markUnderWay(confirmed, 'confirmed');
    await school.settle();
    const before = await tableContents(school);
    for (const [id, amount] of [...[[refunded], [confirmed], [999_999]], [refunded, 251]] as [number, number?][])
      await expect(refund(id, amount)).rejects.toThrow('is confirmed or refunded already');
    expect(await tableContents(school)).toEqual(before);
  });

  test('eight concurrent refunds refund a withdrawal once', async () => {
    const { id } = (await withdraw(250)).body;
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => refund(id)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await balanceOf(school, ann.id)).toBe(100_000);
  });
});

describe('the list of withdrawals', () => {
  test('the next page of withdrawals continues after the page before, and the list can be filtered by status', async () => {
    const ids: number[] = [];
    for (let count = 0; count < 3; count++) ids.unshift((await withdraw(10 + count)).body.id);
    await cancel(ids[1]!);
    await pollChain(school);
    const first = (await ann.get('/coins/withdrawals?limit=2&withTotal=true')).body;
    const second = (await ann.get(`/coins/withdrawals?limit=2&cursor=${first.page.nextCursor}`)).body;
    expect([...first.data, ...second.data].map(({ id }: { id: number }) => id)).toEqual(ids);
    expect([first.page.total, second.page]).toEqual([3, { nextCursor: null, hasMore: false }]);
    const refunded = (await ann.get('/coins/withdrawals?status=refunded&withTotal=true')).body;
    expect([refunded.data.map(({ id }: { id: number }) => id), refunded.page.total]).toEqual([[ids[1]], 1]);
    expect((await ann.get('/coins/withdrawals?status=lost')).status).toBe(422);
  });
});

describe('statements of withdrawals', () => {
  const [begin, lock] = testEngine() === 'postgres' ? ['START', ['SELECT']] : ['BEGIN', []];
  test('a withdrawal request costs one SELECT, one UPDATE and two INSERTs, and a repeated one only the SELECT', async () => {
    const kinds = await statementKindsOf(school, ann, () => withdraw(10, 'k'));
    expect(kinds).toEqual([begin, ...lock, 'SELECT', 'UPDATE', 'INSERT', 'INSERT', 'COMMIT']);
    expect(await statementKindsOf(school, ann, () => withdraw(10, 'k'))).toEqual([begin, ...lock, 'SELECT', 'COMMIT']);
  });

  test('the list of withdrawals and one withdrawal cost one statement each', async () => {
    const { id } = (await withdraw(10)).body;
    expect(await statementKindsOf(school, ann, () => ann.get('/coins/withdrawals'))).toEqual(['SELECT']);
    expect(await statementKindsOf(school, ann, () => ann.get(`/coins/withdrawals/${id}`))).toEqual(['SELECT']);
  });
});
