import { Ledger } from '../../src/modules/rewards';
import { proveSupply, ratioOf } from '../../src/modules/chain/supply/supply-proof';
import { SupplyQuery } from '../../src/modules/chain/supply/supply.query';
import { School, type ApiResponse, type Client } from '../support/school';
import { balanceOf, endow } from '../rewards/ledger-state';
import { aHash, anAddress, DatabaseFixture, schoolWithFixture } from './database-fixture';

const half = 500_000_000_000_000_000n;
const coin = 2n * half;
let school: School;
let ann: Client;
let admin: Client;
let chain: DatabaseFixture;
let seconds = 0;
beforeAll(async () => {
  school = await schoolWithFixture();
  [ann, admin] = [await school.student(), await school.admin()];
}, 60_000);
afterAll(() => school.close());

/** Advances the clock, so that the response is not cached. */
function supply(): Promise<ApiResponse> {
  school.clock.stopAt(new Date(Date.UTC(2026, 2, 1, 9) + ++seconds * 10_000));
  return ann.get('/coins/supply');
}

test('the supply is not available before the first poll', async () => {
  const early = await supply();
  expect([early.status, early.body.code]).toEqual([503, 'CHAIN_NOT_FOLLOWED_YET']);
  expect((await school.visitor.get('/coins/supply')).status).toBe(401);
});

test('the supply of a school without transactions has no liabilities', async () => {
  chain = await DatabaseFixture.of(school, 2_000);
  const { status, body } = await supply();
  expect(status).toBe(200);
  expect(body).toMatchObject({ balances: 0, liabilities: 0, ratio: null, violations: [] });
});

test('the supply adds up all movements', async () => {
  const ledger = school.part(Ledger);
  await endow(school, ann.id, 1_000);
  const bob = await school.student();
  await ann.post('/coins/transfers', { recipientId: bob.id, amount: 40 });
  await ledger.post([{ userId: ann.id, type: 'spent', amount: 30, description: 'A brush' }]);
  await ledger.post([{ userId: ann.id, type: 'admin_adjustment_credit', amount: 5, description: 'Counted again' }]);
  await chain.confirmed(ann.id, 100);
  await chain.reserved(ann.id, 20);
  await chain.mined(ann.id, 50);
  await chain.refunded(ann.id, 70, true);
  await chain.refunded(ann.id, 60);
  await chain.deposited(200n * coin + half, ann.id);
  await chain.deposited(10n * coin, null);
  await chain.deposited(half, null);
  await chain.seen(77);
  const { body } = await supply();
  const balances = (await balanceOf(school, ann.id)) + (await balanceOf(school, bob.id));
  expect(body).toMatchObject({
    ...{ balances, withdrawn: 100, deposited: 200, inFlight: 70, liabilities: balances + 70 },
    issued: {
      total: 1_005,
      byType: [
        { type: 'manual_reward', amount: 1_000 },
        { type: 'admin_adjustment_credit', amount: 5 },
      ],
    },
    spent: { total: 30, byType: [{ type: 'spent', amount: 30 }] },
    treasuryUnits: String((2_000n - 100n + 200n + 10n) * coin + coin),
    ...{
      supplyUnits: String(2_000n * coin),
      violations: [],
      ratio: Math.floor((2_111 * 1_000_000) / (balances + 70)) / 1_000_000,
    },
    finalBlock: { number: 104, hash: expect.stringMatching(/0104$/) },
  });
  expect(balances).toBe(1_005 - 30 - 100 - 70 + 200);
});

test('concurrent requests of the supply cost one statement', async () => {
  seconds++;
  school.clock.stopAt(new Date(Date.UTC(2026, 2, 1, 9) + ++seconds * 10_000));
  await ann.get('/me/coins');
  const { statements } = await school.statements(() =>
    Promise.all(Array.from({ length: 5 }, () => ann.get('/coins/supply'))),
  );
  expect(statements.filter((sql) => sql.includes('rewards_chain_cursor'))).toHaveLength(1);
});

test('the supply adds units exactly beyond 64 bits', async () => {
  const odd = 123_456_789_012n * coin + 999_999_999_999_999_999n;
  for (let i = 0; i < 12; i++) await chain.deposited(odd, null);
  const { inUnits, treasuryUnits } = await school.part(SupplyQuery).getTotals();
  expect(inUnits).toBe(12n * odd + 211n * coin);
  expect(treasuryUnits).toBe(2_000n * coin - 100n * coin + inUnits);
});

describe('violations in the supply', () => {
  const faults = async (): Promise<string[]> =>
    (await supply()).body.violations.map(({ code }: { code: string }) => code);
  test.each([
    ['UPDATE users_user SET teo_coins = teo_coins + 1 WHERE id = :ann', 'BOOKS_DO_NOT_BALANCE'],
    [`UPDATE rewards_withdrawal SET amount = amount + 1 WHERE state = 'confirmed'`, 'BOOKS_DO_NOT_BALANCE'],
    [`UPDATE rewards_withdrawal SET amount = amount + 1 WHERE state = 'reserved'`, 'BOOKS_DO_NOT_BALANCE'],
    [`UPDATE rewards_deposit SET amount = amount + 1 WHERE state = 'credited'`, 'BOOKS_DO_NOT_BALANCE'],
    [`UPDATE rewards_deposit SET units = '1' WHERE state = 'credited'`, 'TREASURY_NOT_EXPLAINED'],
    [`UPDATE rewards_payout SET units = '1'`, 'TREASURY_NOT_EXPLAINED'],
    [`UPDATE rewards_chain_cursor SET opening_units = '1'`, 'TREASURY_NOT_EXPLAINED'],
    [`UPDATE rewards_hot_wallet SET halted_at = '2026-03-01 09:00:00.000'`, 'HOT_WALLET_HALTED'],
  ])('the supply reports a violation after: %s', async (sql, code) => {
    const rollback = new Error('rollback');
    const found = school.database.transaction(async () => {
      await school.database.run(sql.replace(':ann', String(ann.id)));
      expect(await faults()).toEqual([code]);
      throw rollback;
    });
    await expect(found).rejects.toBe(rollback);
    expect(await faults()).toEqual([]);
  });

  test('the supply reports a treasury that holds less than the school owes', async () => {
    await endow(school, ann.id, 2_000_000_000);
    expect(await faults()).toEqual([]);
    const amount = 1_480_481_470_000;
    await chain.paid(aHash(), anAddress(), amount);
    expect(await faults()).toEqual(['TREASURY_NOT_EXPLAINED', 'TREASURY_BELOW_LIABILITIES']);
    // The payment belongs to no withdrawal. It is reported until it is booked as lost, and then counted in lostUnits.
    const [payout] = (await admin.get('/coins/chain/payouts?booked=false')).body.data;
    await admin.put(`/coins/chain/payouts/${payout.id}/booking`, { reason: 'stolen' });
    expect(await faults()).toEqual(['TREASURY_BELOW_LIABILITIES']);
    expect((await supply()).body.lostUnits).toBe(String(BigInt(amount) * coin));
    const { ratio } = (await supply()).body;
    expect(ratio).toBeLessThan(1);
    expect(ratio).toBeGreaterThan(0);
  });

  test('the supply reports sent transfers that do not match received ones', async () => {
    const books = await school.part(SupplyQuery).getTotals();
    const ledger = { ...books.ledger, transfer_sent: books.ledger.transfer_sent + 1 };
    expect(proveSupply({ ...books, ledger }).faults.map(({ code }) => code)).toContain('TRANSFERS_DO_NOT_MATCH');
  });
});

test('an incomplete cover is never shown as a ratio of 1', () => {
  expect(ratioOf({ treasuryUnits: 3n * coin - 1n, liabilities: 3 })).toBe(0.999_999);
  expect(ratioOf({ treasuryUnits: 3n * coin, liabilities: 3 })).toBe(1);
});

// The last test, because from here on the second school decides which tokens are valid.
test('the supply is not available without a chain', async () => {
  const elsewhere = await School.open();
  const none = await (await elsewhere.student()).get('/coins/supply');
  expect([none.status, none.body.code]).toEqual([503, 'CHAIN_NOT_CONFIGURED']);
  await elsewhere.close();
});
