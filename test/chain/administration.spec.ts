import { WithdrawalRefunds } from '../../src/modules/chain/withdrawals/withdrawal-refunds';
import { Leases } from '../../src/platform/jobs/leases';
import { School, type ApiResponse, type Client } from '../support/school';
import { balanceOf, endow } from '../rewards/ledger-state';
import { pollChain } from './unreachable-chain';
import { newHash, newAddress, DatabaseFixture, schoolWithFixture, treasury } from './database-fixture';

let school: School;
let ann: Client;
let admin: Client;
let secondAdmin: Client;
let chain: DatabaseFixture;
beforeAll(async () => {
  school = await schoolWithFixture({ DATABASE_POOL_SIZE: '20', DATABASE_POOL_WAIT_MS: '60000' });
  [ann, admin, secondAdmin] = [await school.student(), await school.admin(), await school.admin()];
  await endow(school, ann.id, 100_000);
  chain = await DatabaseFixture.of(school);
}, 60_000);
afterAll(() => school.close());

const decide = (id: number, action: string, fields: object = {}, by = admin): Promise<ApiResponse> =>
  by.post(`/coins/withdrawals/${id}/decisions`, { action, reason: 'because', ...fields });
const codeOf = ({ status, body }: ApiResponse): unknown[] => [status, body.code];
const decisionsOf = (id: number): Promise<string> =>
  chain.readValue(`SELECT count(*) AS value FROM rewards_chain_decision WHERE withdrawal_id = ${id}`);
const refundsOf = (id: number): Promise<string> =>
  chain.readValue(
    `SELECT count(*) AS value FROM rewards_teocointransaction WHERE transaction_type = 'withdrawal_refund' AND related_object_id = ${id}`,
  );
const eventCount = (type: string): Promise<string> =>
  chain.readValue(`SELECT count(*) AS value FROM platform_outbox WHERE event_type LIKE '%${type}%'`);
/** The sorted status codes of sixteen concurrent requests. */
async function decideSixteenTimes(id: number, action: string, fields: object = {}): Promise<number[]> {
  const responses = await Promise.all(Array.from({ length: 16 }, () => decide(id, action, fields)));
  return responses.map(({ status }) => status).sort();
}
const oneOfSixteenSucceeds = [201, ...Array.from({ length: 15 }, () => 409)];

describe('permissions of the administration routes', () => {
  test.each([
    ['GET', '/coins/chain/status', undefined],
    ['GET', '/coins/chain/withdrawals', undefined],
    ['POST', '/coins/withdrawals/1/decisions', { action: 'cancel', reason: 'x' }],
    ['GET', '/coins/chain/payouts', undefined],
    ['PUT', '/coins/chain/payouts/1/booking', { reason: 'x' }],
    ['PUT', `/coins/hot-wallets/${treasury}/halt`, { reason: 'x' }],
    ['DELETE', `/coins/hot-wallets/${treasury}/halt`, { reason: 'x' }],
  ] as const)(
    '%s %s is refused to a student with 403 and to an anonymous client with 401',
    async (method, path, body) => {
      expect((await ann.send(method, path, body)).status).toBe(403);
      expect((await school.visitor.send(method, path, body)).status).toBe(401);
    },
  );
});

describe('decisions about one’s own withdrawal', () => {
  beforeAll(() => endow(school, secondAdmin.id, 1_000));
  const forbidden = [403, 'FORBIDDEN'];

  test('an administrator cannot decide about their own withdrawal, but another administrator can', async () => {
    const id = await chain.createHalted(secondAdmin.id, 10, '');
    for (const action of ['retry', 'cancel', 'pay', 'refund'])
      expect([action, ...codeOf(await decide(id, action, {}, secondAdmin))]).toEqual([action, ...forbidden]);
    expect(codeOf(await decide(id, 'settle', { txHash: newHash() }, secondAdmin))).toEqual(forbidden);
    expect([await decisionsOf(id), await chain.stateOf(id)]).toEqual(['0', 'halted']);
    expect((await decide(id, 'retry')).status).toBe(201);
  });

  test('neither the paid person nor the administrator who cancelled can book the payment as lost', async () => {
    const id = await chain.createReserved(secondAdmin.id, 35);
    await chain.createPayout(newHash(), await chain.addressOf(id), 35);
    expect((await decide(id, 'cancel')).status).toBe(201);
    const [payout] = (await admin.get('/coins/chain/payouts?isBooked=false')).body.data;
    expect(payout).toMatchObject({ withdrawalIds: [id] });
    const book = (by: Client): Promise<ApiResponse> =>
      by.put(`/coins/chain/payouts/${payout.id}/booking`, { reason: 'lost' });
    for (const actor of [secondAdmin, admin]) expect(codeOf(await book(actor))).toEqual(forbidden);
    expect((await book(await school.admin())).status).toBe(200);
    await pollChain(school);
  });
});

describe('the decision retry', () => {
  test('retry restores the state that a withdrawal had before it was halted', async () => {
    const sent = await chain.createHalted(ann.id, 10, '');
    expect((await decide(sent, 'retry')).body).toMatchObject({ status: 'broadcast', reason: null, blockNumber: null });
    const unsent = await chain.createHalted(ann.id, 10, '');
    await chain.write('UPDATE rewards_withdrawal_attempt SET sent_at = NULL WHERE withdrawal_id = $1', [unsent]);
    expect((await decide(unsent, 'retry')).body).toMatchObject({ status: 'signed' });
    const unsigned = await chain.createSigning(ann.id, 10);
    await chain.write(`UPDATE rewards_withdrawal SET state = 'halted' WHERE id = $1`, [unsigned]);
    expect((await decide(unsigned, 'retry')).body).toMatchObject({ status: 'signing' });
    for (const id of [sent, unsent, unsigned]) expect(await decisionsOf(id)).toBe('1');
  });

  test('retry is refused with 409 if the nonce is used at a final block', async () => {
    const id = await chain.createHalted(ann.id, 10);
    expect(codeOf(await decide(id, 'retry'))).toEqual([409, 'NOTHING_TO_RETRY']);
    expect([await chain.stateOf(id), await decisionsOf(id)]).toEqual(['halted', '0']);
  });

  test('retry sends the newest attempt again if every node refused it', async () => {
    const id = await chain.createBroadcast(ann.id, 10);
    const [first, second] = [await chain.hashOf(id), await chain.sign(id)];
    expect(codeOf(await decide(id, 'retry'))).toEqual([409, 'NOTHING_TO_RETRY']);
    await chain.write(
      `UPDATE rewards_withdrawal_attempt SET refusal = 'insufficient funds', sent_at = $2 WHERE withdrawal_id = $1`,
      [id, new Date()],
    );
    const { attempts, status } = (await decide(id, 'retry')).body;
    expect(status).toBe('broadcast');
    expect(attempts).toMatchObject([
      { txHash: first, refusal: 'insufficient funds', sentAt: expect.any(String) },
      { txHash: second, refusal: null, sentAt: null },
    ]);
    expect(codeOf(await decide(id, 'retry'))).toEqual([409, 'NOTHING_TO_RETRY']);
  });

  test.each(['reserved', 'signing', 'mined', 'confirmed', 'refunded'] as const)(
    'retry is refused with 409 for a %s withdrawal',
    async (state) => {
      const id = await chain.createInState(state, ann.id, 10);
      expect(codeOf(await decide(id, 'retry'))).toEqual([409, 'NOTHING_TO_RETRY']);
    },
  );

  test('one of sixteen concurrent retry decisions succeeds', async () => {
    const id = await chain.createHalted(ann.id, 10, '');
    expect(await decideSixteenTimes(id, 'retry')).toEqual(oneOfSixteenSucceeds);
    expect(await decisionsOf(id)).toBe('1');
  });
});

describe('the decision cancel', () => {
  test('cancel refunds a reserved withdrawal once after a poll, even if its owner has cancelled it before', async () => {
    const before = await balanceOf(school, ann.id);
    const id = await chain.createReserved(ann.id, 25);
    expect((await ann.delete(`/coins/withdrawals/${id}`)).body).toMatchObject({ status: 'cancelling' });
    expect(await decideSixteenTimes(id, 'cancel')).toEqual(oneOfSixteenSucceeds);
    expect([await chain.stateOf(id), await refundsOf(id)]).toEqual(['reserved', '0']);
    await pollChain(school);
    expect(await balanceOf(school, ann.id)).toBe(before);
    expect([await chain.stateOf(id), await refundsOf(id), await decisionsOf(id)]).toEqual(['refunded', '1', '1']);
  });

  test.each(['signing', 'signed', 'broadcast'] as const)(
    'cancel of a %s withdrawal refunds nothing before its nonce is spent without a payment',
    async (state) => {
      const id = await chain.createInState(state, ann.id, 25);
      const before = await balanceOf(school, ann.id);
      expect(await decideSixteenTimes(id, 'cancel')).toEqual(oneOfSixteenSucceeds);
      const listed = (await admin.get(`/coins/chain/withdrawals?status=${state}`)).body.data;
      expect(listed.find(({ id: listedId }: { id: number }) => listedId === id)).toMatchObject({
        ...{ status: state, isCancelling: true },
        decisions: [{ action: 'cancel', reason: 'because', by: { id: admin.id, username: admin.username } }],
      });
      expect([await balanceOf(school, ann.id), await refundsOf(id)]).toEqual([before, '0']);
    },
  );

  test.each(['mined', 'confirmed', 'halted', 'refunded'] as const)(
    'cancel is refused with 409 for a %s withdrawal',
    async (state) => {
      const id = await chain.createInState(state, ann.id, 25);
      expect(codeOf(await decide(id, 'cancel'))).toEqual([409, 'WITHDRAWAL_UNDER_WAY']);
      expect(await decisionsOf(id)).toBe('0');
    },
  );
});

describe('the decision refund', () => {
  test('refund returns the coins once if the nonce was used without a payment', async () => {
    const before = await balanceOf(school, ann.id);
    const id = await chain.createHalted(ann.id, 30);
    expect(await decideSixteenTimes(id, 'refund')).toEqual(oneOfSixteenSucceeds);
    expect(await balanceOf(school, ann.id)).toBe(before);
    expect([await chain.stateOf(id), await refundsOf(id), await decisionsOf(id)]).toEqual(['refunded', '1', '1']);
  });

  test('refund is refused with 409 while no transaction is known to have used the nonce', async () => {
    const id = await chain.createHalted(ann.id, 30, '');
    expect(codeOf(await decide(id, 'refund'))).toEqual([409, 'NONCE_NOT_CONSUMED']);
  });

  test('refund is refused with 409 if a known transaction has paid the withdrawal', async () => {
    const foreign = newHash();
    const byForeign = await chain.createHalted(ann.id, 30, foreign);
    await chain.createPayout(foreign, await chain.addressOf(byForeign), 30);
    const byOurs = await chain.createHalted(ann.id, 30);
    await chain.createPayout(await chain.hashOf(byOurs), await chain.addressOf(byOurs), 30);
    for (const id of [byForeign, byOurs]) {
      expect(codeOf(await decide(id, 'refund'))).toEqual([409, 'PAYMENT_ON_CHAIN']);
      expect([await chain.stateOf(id), await refundsOf(id), await decisionsOf(id)]).toEqual(['halted', '0', '0']);
    }
  });

  test.each<[string, (id: number, foreign: string) => Promise<unknown>]>([
    ['another address', async (_, foreign) => chain.createPayout(foreign, newAddress(), 30)],
    ['another amount', async (id, foreign) => chain.createPayout(foreign, await chain.addressOf(id), 11)],
    [
      'another address in a transaction that the school signed',
      async (id) => chain.createPayout(await chain.hashOf(id), newAddress(), 30),
    ],
  ])('refund is possible if the nonce paid %s', async (_, prepare) => {
    const foreign = newHash();
    const id = await chain.createHalted(ann.id, 30, foreign);
    await prepare(id, foreign);
    expect((await decide(id, 'refund')).status).toBe(201);
    expect([await chain.stateOf(id), await refundsOf(id)]).toEqual(['refunded', '1']);
  });

  test.each(['reserved', 'signing', 'broadcast', 'mined', 'confirmed', 'refunded'] as const)(
    'refund is refused with 409 for a %s withdrawal',
    async (state) => {
      const id = await chain.createInState(state, ann.id, 30);
      const refunds = await refundsOf(id);
      expect(codeOf(await decide(id, 'refund'))).toEqual([409, 'WITHDRAWAL_NOT_HALTED']);
      expect(await refundsOf(id)).toBe(refunds);
    },
  );

  test('of concurrent refund and settle decisions exactly one succeeds', async () => {
    const hash = newHash();
    const id = await chain.createHalted(ann.id, 30, hash);
    await chain.createPayout(hash, await chain.addressOf(id), 30);
    const decisions = Array.from({ length: 16 }, (_, index) =>
      index % 2 === 1 ? decide(id, 'refund') : decide(id, 'settle', { txHash: hash }),
    );
    const statuses = (await Promise.all(decisions)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect([await chain.stateOf(id), await refundsOf(id)]).toEqual(['confirmed', '0']);
  });
});

describe('the decision settle', () => {
  test('settle confirms the withdrawal once by the transaction that used its nonce', async () => {
    const hash = newHash();
    const id = await chain.createHalted(ann.id, 40, hash);
    const { number } = await chain.createPayout(hash, await chain.addressOf(id), 40);
    const before = await eventCount('withdrawal-confirmed');
    expect(await decideSixteenTimes(id, 'settle', { txHash: hash.toUpperCase().replace('0X', '0x') })).toEqual(
      oneOfSixteenSucceeds,
    );
    const [withdrawal] = (await admin.get(`/coins/chain/withdrawals?userId=${ann.id}`)).body.data;
    expect(withdrawal).toMatchObject({
      ...{ id, status: 'confirmed', txHash: hash, blockNumber: number, consumedBy: null, reason: null },
      attempts: [{ kind: 'payment' }, { kind: 'found', txHash: hash, sentAt: null }],
      decisions: [{ action: 'settle' }],
    });
    const mirrored = `SELECT t.blockchain_tx_hash AS value FROM rewards_teocointransaction t
      JOIN rewards_withdrawal w ON w.ledger_id = t.id WHERE w.id = ${id} AND t.is_blockchain_confirmed`;
    expect(await chain.readValue(mirrored)).toBe(hash);
    expect(await chain.readValue(`SELECT withdrawal_id AS value FROM rewards_payout WHERE tx_hash = '${hash}'`)).toBe(
      `${id}`,
    );
    expect(Number(await eventCount('withdrawal-confirmed'))).toBeGreaterThan(Number(before));
  });

  test('settle is refused with 409 for a transaction that did not use the nonce', async () => {
    const [otherHash, id] = [newHash(), await chain.createHalted(ann.id, 40)];
    await chain.createPayout(otherHash, await chain.addressOf(id), 40);
    expect(codeOf(await decide(id, 'settle', { txHash: otherHash }))).toEqual([409, 'NONCE_CONSUMED_BY_ANOTHER']);
    const unknown = await chain.createHalted(ann.id, 40, '');
    await chain.createPayout(await chain.hashOf(unknown), await chain.addressOf(unknown), 40);
    const ours = { txHash: await chain.hashOf(unknown) };
    expect(codeOf(await decide(unknown, 'settle', ours))).toEqual([409, 'NONCE_CONSUMED_BY_ANOTHER']);
  });

  test.each<[string, (id: number, hash: string) => Promise<unknown>]>([
    ['a transaction without a transfer', async () => undefined],
    ['a transfer to another recipient', (_, hash) => chain.createPayout(hash, newAddress(), 40)],
    ['a transfer of another amount', async (id, hash) => chain.createPayout(hash, await chain.addressOf(id), 41)],
    [
      'the payment of another withdrawal',
      async (id, hash) => {
        const other = await chain.createConfirmed(ann.id, 40);
        await chain.createPayout(hash, await chain.addressOf(id), 40);
        await chain.write('DELETE FROM rewards_payout WHERE withdrawal_id = $1', [other]);
        await chain.write('UPDATE rewards_payout SET withdrawal_id = $1 WHERE tx_hash = $2', [other, hash]);
      },
    ],
  ])('settle is refused with 409 for %s', async (_, prepare) => {
    const hash = newHash();
    const id = await chain.createHalted(ann.id, 40, hash);
    await prepare(id, hash);
    expect(codeOf(await decide(id, 'settle', { txHash: hash }))).toEqual([409, 'PAYMENT_NOT_FOUND']);
    expect([await chain.stateOf(id), await decisionsOf(id)]).toEqual(['halted', '0']);
  });

  test.each(['pays another person too', 'pays it twice'])(
    'settle takes one transfer of a transaction that %s and leaves the other unexplained',
    async (how) => {
      const hash = newHash();
      const id = await chain.createHalted(ann.id, 40, hash);
      const address = await chain.addressOf(id);
      await chain.createPayout(hash, how === 'pays it twice' ? address : newAddress(), 40);
      await chain.write('UPDATE rewards_payout SET ordinal = 1 WHERE tx_hash = $1', [hash]);
      await chain.createPayout(hash, address, 40);
      expect((await decide(id, 'settle', { txHash: hash })).status).toBe(201);
      const unexplained = `SELECT count(*) AS value FROM rewards_payout WHERE tx_hash = '${hash}' AND withdrawal_id IS NULL`;
      expect([await chain.stateOf(id), await chain.readValue(unexplained)]).toEqual(['confirmed', '1']);
    },
  );

  test('settle requires txHash, and other decisions do not allow txHash or nonce', async () => {
    const id = await chain.createHalted(ann.id, 40);
    for (const [action, fields] of [
      ['settle', {}],
      ['refund', { txHash: newHash() }],
      ['retry', { nonce: 3 }],
      ['settle', { txHash: '0x12' }],
    ] as const)
      expect(codeOf(await decide(id, action, fields))).toEqual([422, 'VALIDATION_FAILED']);
    expect(codeOf(await decide(999_999, 'settle', { txHash: newHash() }))).toEqual([404, 'WITHDRAWAL_NOT_FOUND']);
    expect(codeOf(await decide(999_999, 'retry'))).toEqual([404, 'WITHDRAWAL_NOT_FOUND']);
  });
});

test('a repeated Idempotency-Key returns the first response of a decision', async () => {
  const id = await chain.createReserved(ann.id, 10);
  const postDecision = (): Promise<ApiResponse> =>
    admin.post(`/coins/withdrawals/${id}/decisions`, { action: 'cancel', reason: 'x' }, { 'idempotency-key': 'd1' });
  const [first, again] = [await postDecision(), await postDecision()];
  expect([first.status, again.status, again.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
  expect(again.body).toEqual(first.body);
});

test('a page of withdrawals for administrators costs three statements, whatever its length', async () => {
  await admin.get('/me/coins');
  for (const limit of [1, 100]) {
    const { statements, result } = await school.statements(() => admin.get(`/coins/chain/withdrawals?limit=${limit}`));
    expect([result.status, statements.length]).toEqual([200, 3]);
  }
  const page = (await admin.get('/coins/chain/withdrawals?limit=5&withTotal=true&status=halted')).body;
  const next = (await admin.get(`/coins/chain/withdrawals?limit=5&status=halted&cursor=${page.page.nextCursor}`)).body;
  expect(page.data.at(-1).id).toBeGreaterThan(next.data[0].id);
  expect(page.page.total).toBeGreaterThan(5);
});

describe('halting and resuming a hot wallet', () => {
  const halt = `/coins/hot-wallets/${treasury}/halt`;
  const decisionCount = (action: string): Promise<string> =>
    chain.readValue(`SELECT count(*) AS value FROM rewards_chain_decision WHERE action = '${action}'`);
  let bob: Client;
  beforeAll(async () => {
    bob = await school.student();
    await endow(school, bob.id, 1_000);
    await chain.markNoncesUsed();
  });

  test('concurrent requests halt and resume a hot wallet once each', async () => {
    const halts = await Promise.all(Array.from({ length: 16 }, () => admin.put(halt, { reason: 'leaked' })));
    expect(halts.map(({ status }) => status)).toEqual(Array(16).fill(200));
    expect(halts[0]!.body).toMatchObject({ haltReason: 'leaked', haltedAt: expect.any(String) });
    expect(await decisionCount('halt')).toBe('1');
    await chain.markPolled();
    const resumed = await Promise.all(Array.from({ length: 16 }, () => admin.delete(halt, { reason: 'was not' })));
    expect(resumed.map(({ status }) => status)).toEqual(Array(16).fill(200));
    expect(resumed[0]!.body).toMatchObject({ haltReason: null, haltedAt: null });
    expect(await decisionCount('resume')).toBe('1');
  });

  test('halting or resuming an unknown hot wallet returns 404', async () => {
    for (const response of [
      await admin.put(`/coins/hot-wallets/${newAddress()}/halt`, { reason: 'x' }),
      await admin.delete(`/coins/hot-wallets/${newAddress()}/halt`, { reason: 'x' }),
    ])
      expect(codeOf(response)).toEqual([404, 'HOT_WALLET_NOT_FOUND']);
    expect((await admin.put('/coins/hot-wallets/0x12/halt', { reason: 'x' })).status).toBe(422);
  });

  test('a hot wallet that is behind the chain is resumed only with the exact final count, and the foreign nonces are recorded', async () => {
    const next = (await admin.get('/coins/chain/status')).body.hotWallets[0].nextNonce;
    await chain.haltAhead(2, 1);
    const refusals = [
      {},
      { nextNonce: next },
      { nextNonce: next + 1 },
      { nextNonce: next + 2 },
      { nextNonce: next + 3 },
    ];
    for (const fields of refusals) {
      const refused = await admin.delete(halt, { reason: 'x', ...fields });
      expect(codeOf(refused)).toEqual([409, 'NONCES_NOT_ACKNOWLEDGED']);
      expect(refused.body).toMatchObject({ nextNonce: next, headNonce: next + 2, finalNonce: next + 1 });
    }
    await chain.haltAhead(2);
    for (const fields of refusals.filter(({ nextNonce }) => nextNonce !== next + 2))
      expect(codeOf(await admin.delete(halt, { reason: 'x', ...fields }))).toEqual([409, 'NONCES_NOT_ACKNOWLEDGED']);
    const resumed = await admin.delete(halt, { reason: 'paid by hand', nextNonce: next + 2 });
    expect(resumed.body).toMatchObject({ nextNonce: next + 2, haltedAt: null });
    const foreign = `SELECT count(*) AS value FROM rewards_foreign_nonce WHERE nonce IN (${next}, ${next + 1})`;
    expect(await chain.readValue(foreign)).toBe('2');
  });

  test('a hot wallet is not resumed while a payment missing in the backup matches a withdrawal, and is resumed after it is settled', async () => {
    const address = newAddress();
    const [paid, other] = [
      await chain.createReserved(bob.id, 70, address),
      await chain.createReserved(bob.id, 71, address),
    ];
    const next = (await admin.get('/coins/chain/status')).body.hotWallets[0].nextNonce;
    const [early, hash] = [await decide(paid, 'settle', { txHash: newHash(), nonce: next }), newHash()];
    expect(codeOf(early)).toEqual([409, 'PAYMENT_NOT_FOUND']);
    await chain.haltAhead(2);
    await chain.createPayout(hash, address, 70);
    const resume = (): Promise<ApiResponse> => admin.delete(halt, { reason: 'restored', nextNonce: next + 2 });
    const refused = await resume();
    expect([...codeOf(refused), refused.body.withdrawalIds]).toEqual([409, 'PAYMENTS_UNEXPLAINED', [paid]]);
    for (const nonce of [undefined, next - 1, next + 2])
      expect(codeOf(await decide(paid, 'settle', { txHash: hash, nonce }))).toEqual([409, 'NONCE_NOT_FREE']);
    expect(codeOf(await decide(other, 'settle', { txHash: hash, nonce: next + 1 }))).toEqual([
      409,
      'PAYMENT_NOT_FOUND',
    ]);
    expect(await decideSixteenTimes(paid, 'settle', { txHash: hash, nonce: next + 1 })).toEqual(oneOfSixteenSucceeds);
    expect((await resume()).status).toBe(200);
    const foreign = `SELECT min(nonce) AS value FROM rewards_foreign_nonce WHERE nonce >= ${next}`;
    expect(await chain.readValue(foreign)).toBe(`${next}`);
  });

  test('a payment that matches a waiting withdrawal can be booked only after an administrator cancelled it, and then the wallet is resumed', async () => {
    await chain.haltAhead(0);
    const [id, hash] = [await chain.createReserved(bob.id, 33), newHash()];
    await chain.createPayout(hash, await chain.addressOf(id), 33);
    const resume = (): Promise<ApiResponse> => admin.delete(halt, { reason: 'x' });
    const [payout] = (await admin.get('/coins/chain/payouts?isBooked=false')).body.data;
    expect(payout).toMatchObject({ txHash: hash, withdrawalIds: [id], booking: null });
    const book = (by = secondAdmin): Promise<ApiResponse> =>
      by.put(`/coins/chain/payouts/${payout.id}/booking`, { reason: 'by hand' });
    expect((await bob.delete(`/coins/withdrawals/${id}`)).status).toBe(200);
    for (const request of [resume, () => book()])
      expect(codeOf(await request())).toEqual([409, 'PAYMENTS_UNEXPLAINED']);
    expect((await decide(id, 'cancel')).status).toBe(201);
    expect(codeOf(await resume())).toEqual([409, 'PAYMENTS_UNEXPLAINED']);
    expect(codeOf(await book(admin))).toEqual([403, 'FORBIDDEN']);
    expect((await book()).body).toMatchObject({ booking: { reason: 'by hand', by: { id: secondAdmin.id } } });
    expect(codeOf(await book())).toEqual([409, 'PAYOUT_BOOKED']);
    expect((await resume()).status).toBe(200);
    await pollChain(school);
    expect(await chain.stateOf(id)).toBe('refunded');
  });

  test('a hot wallet is not resumed while a payment matches a refunded withdrawal', async () => {
    const id = await chain.createReserved(bob.id, 34);
    await bob.delete(`/coins/withdrawals/${id}`);
    await pollChain(school);
    await chain.haltAhead(0);
    await chain.createPayout(newHash(), await chain.addressOf(id), 34);
    const refused = await admin.delete(halt, { reason: 'x' });
    expect([...codeOf(refused), refused.body.withdrawalIds]).toEqual([409, 'PAYMENTS_UNEXPLAINED', [id]]);
    const [payout] = (await admin.get('/coins/chain/payouts?isBooked=false&withTotal=true')).body.data;
    expect(payout).toMatchObject({ withdrawalIds: [id] });
    const book = `/coins/chain/payouts/${payout.id}/booking`;
    expect((await admin.put(book, { reason: 'taken back by adjustment 7' })).status).toBe(200);
    expect((await admin.delete(halt, { reason: 'x' })).status).toBe(200);
  });

  test('a hot wallet is resumed only after a poll that is younger than the halt', async () => {
    await chain.haltAhead(0);
    await chain.write('UPDATE rewards_chain_cursor SET observed_at = $1', [new Date(0)]);
    expect(codeOf(await admin.delete(halt, { reason: 'x' }))).toEqual([409, 'CHAIN_NOT_READ_SINCE_HALT']);
    await chain.markPolled();
    expect((await admin.delete(halt, { reason: 'x' })).status).toBe(200);
  });

  test('booking a payment of a withdrawal or an unknown payment returns 404, and a page of payments costs two statements', async () => {
    const id = await chain.createConfirmed(bob.id, 10);
    const paid = await chain.readValue(`SELECT id AS value FROM rewards_payout WHERE withdrawal_id = ${id}`);
    for (const payoutId of [paid, '999999'])
      expect(codeOf(await admin.put(`/coins/chain/payouts/${payoutId}/booking`, { reason: 'x' }))).toEqual([
        404,
        'PAYOUT_NOT_FOUND',
      ]);
    const { statements } = await school.statements(() => admin.get('/coins/chain/payouts?limit=100'));
    expect(statements).toHaveLength(2);
  });
});

test('the status shows the cursor, the hot wallets, the withdrawals and the leader', async () => {
  const started = new Date('2027-03-01T10:00:00Z');
  await chain.write(`UPDATE rewards_chain_cursor SET observed_at = $1, faults = 2, last_fault = 'no answer'`, [
    started,
  ]);
  const unattributed = await chain.createDeposit(5n * 10n ** 18n, null);
  expect(unattributed).toBeGreaterThan(0);
  const lease = (await school.part(Leases).acquire('job:rewards:poll-chain', 600_000))!;
  const { body } = await school.clock.at(new Date('2027-03-01T10:00:30Z'), () => admin.get('/coins/chain/status'));
  expect(body).toMatchObject({
    cursor: { openingNumber: 100, lagSeconds: 30, faults: 2, lastFault: 'no answer', isUnderfunded: false },
    hotWallets: [{ firstNonce: 3, haltedAt: null }],
    unattributed: { count: 1, amount: 5 },
    ...{ oldestReservedSeconds: expect.any(Number), oldestBroadcastSeconds: expect.any(Number) },
  });
  expect((await admin.get('/coins/chain/status')).body.leader).toMatchObject({ holder: school.part(Leases).holder });
  await school.part(Leases).release(lease);
  expect((await admin.get('/coins/chain/status')).body.leader).toBeNull();
  const counted = Number(
    await chain.readValue(`SELECT count(*) AS value FROM rewards_withdrawal WHERE state = 'confirmed'`),
  );
  expect(body.withdrawals).toHaveLength(8);
  expect(body.withdrawals.find(({ status }: { status: string }) => status === 'confirmed').count).toBe(counted);
});

test('before the first poll the status has no cursor and no hot wallets', async () => {
  const fresh = await schoolWithFixture();
  const { status, body } = await (await fresh.admin()).get('/coins/chain/status');
  expect([status, body.cursor, body.hotWallets]).toEqual([200, null, []]);
  await fresh.close();
});

test('WithdrawalRefunds refuses to refund a confirmed withdrawal', async () => {
  const id = await chain.createConfirmed(ann.id, 10);
  const refundReason = { reason: 'x', description: 'x', isNotified: false };
  await expect(school.part(WithdrawalRefunds).refund({ id, userId: ann.id, amount: 10 }, refundReason)).rejects.toThrow(
    'is confirmed or refunded already',
  );
});
