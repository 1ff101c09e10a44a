import { Ledger } from '../../src/modules/rewards';
import { proveSupply, ratioOf } from '../../src/modules/chain/supply/supply-proof';
import { SupplyQuery } from '../../src/modules/chain/supply/supply.query';
import { School, type ApiResponse, type Client } from '../support/school';
import { balanceOf, endow } from '../rewards/ledger-state';
import { newHash, newAddress, DatabaseFixture, schoolWithFixture } from './database-fixture';

const unitsPerCoin = 10n ** 18n;
const halfCoin = unitsPerCoin / 2n;
let school: School;
let ann: Client;
let admin: Client;
let chain: DatabaseFixture;
/** Each request of the supply happens ten seconds after the one before. */
let requestCount = 0;
beforeAll(async () => {
  school = await schoolWithFixture();
  [ann, admin] = [await school.student(), await school.admin()];
}, 60_000);
afterAll(() => school.close());

/** The server caches the supply for five seconds. A later time makes the cached supply too old. */
function advanceClock(): void {
  requestCount += 1;
  const startMs = Date.UTC(2026, 2, 1, 9);
  school.clock.stopAt(new Date(startMs + requestCount * 10_000));
}

function requestSupply(): Promise<ApiResponse> {
  advanceClock();
  return ann.get('/coins/supply');
}

test('a request of the supply returns 503 before the first poll of the chain', async () => {
  const response = await requestSupply();
  expect([response.status, response.body.code]).toEqual([503, 'CHAIN_NOT_FOLLOWED_YET']);
  const anonymous = await school.visitor.get('/coins/supply');
  expect(anonymous.status).toBe(401);
});

test('the supply of a school without transactions has no liabilities', async () => {
  chain = await DatabaseFixture.of(school, 2_000);
  const { status, body } = await requestSupply();
  expect(status).toBe(200);
  expect(body).toMatchObject({ balances: 0, liabilities: 0, ratio: null, violations: [] });
});

/** Creates each kind of movement. Ann and Bob then have 1,005 issued and 200 deposited coins, minus 30 spent and 170 withdrawn ones. */
async function createAllMovements(bob: Client): Promise<void> {
  const ledger = school.part(Ledger);
  await endow(school, ann.id, 1_000);
  await ann.post('/coins/transfers', { recipientId: bob.id, amount: 40 });
  await ledger.post([{ userId: ann.id, type: 'spent', amount: 30, description: 'A brush' }]);
  await ledger.post([{ userId: ann.id, type: 'admin_adjustment_credit', amount: 5, description: 'Counted again' }]);
  await chain.createConfirmed(ann.id, 100);
  await chain.createReserved(ann.id, 20);
  await chain.createMined(ann.id, 50);
  await chain.createRefundedAfterFailure(ann.id, 70);
  await chain.createRefunded(ann.id, 60);
  await chain.createDeposit(200n * unitsPerCoin + halfCoin, ann.id);
  await chain.createDeposit(10n * unitsPerCoin, null);
  await chain.createDeposit(halfCoin, null);
  await chain.createSeenDeposit(77);
}

test('the supply contains the sums of all movements', async () => {
  const bob = await school.student();
  await createAllMovements(bob);
  const { body } = await requestSupply();
  const balances = (await balanceOf(school, ann.id)) + (await balanceOf(school, bob.id));
  expect(balances).toBe(1_005 - 30 - 170 + 200);
  const inFlight = 20 + 50;
  const liabilities = balances + inFlight;
  // In whole coins: the opening, the confirmed withdrawal, the deposits, and the two deposits of half a coin.
  const treasuryCoins = 2_000 - 100 + 200 + 10 + 1;
  expect(body).toMatchObject({
    balances,
    withdrawn: 100,
    deposited: 200,
    inFlight,
    liabilities,
    issued: {
      total: 1_005,
      byType: [
        { type: 'manual_reward', amount: 1_000 },
        { type: 'admin_adjustment_credit', amount: 5 },
      ],
    },
    spent: { total: 30, byType: [{ type: 'spent', amount: 30 }] },
    treasuryUnits: String(BigInt(treasuryCoins) * unitsPerCoin),
    supplyUnits: String(2_000n * unitsPerCoin),
    violations: [],
    ratio: Math.floor((treasuryCoins * 1_000_000) / liabilities) / 1_000_000,
    finalBlock: { number: 104, hash: expect.stringMatching(/0104$/) },
  });
});

test('five concurrent requests of the supply read it with one statement', async () => {
  advanceClock();
  // This request loads the person, so that the statement for it is not counted below.
  await ann.get('/me/coins');
  const fiveRequests = () => Promise.all(Array.from({ length: 5 }, () => ann.get('/coins/supply')));
  const { statements } = await school.statements(fiveRequests);
  expect(statements.filter((sql) => sql.includes('rewards_chain_cursor'))).toHaveLength(1);
});

test('the supply adds units exactly, even if the sum does not fit into 64 bits', async () => {
  const largeUnits = 123_456_789_012n * unitsPerCoin + 999_999_999_999_999_999n;
  for (let count = 0; count < 12; count++) await chain.createDeposit(largeUnits, null);
  const { inUnits, treasuryUnits } = await school.part(SupplyQuery).getTotals();
  const earlierDeposits = 211n * unitsPerCoin;
  expect(inUnits).toBe(12n * largeUnits + earlierDeposits);
  expect(treasuryUnits).toBe(2_000n * unitsPerCoin - 100n * unitsPerCoin + inUnits);
});

describe('violations in the supply', () => {
  async function requestViolationCodes(): Promise<string[]> {
    const { body } = await requestSupply();
    return body.violations.map(({ code }: { code: string }) => code);
  }

  test.each([
    ['UPDATE users_user SET teo_coins = teo_coins + 1 WHERE id = :ann', 'BOOKS_DO_NOT_BALANCE'],
    [`UPDATE rewards_withdrawal SET amount = amount + 1 WHERE state = 'confirmed'`, 'BOOKS_DO_NOT_BALANCE'],
    [`UPDATE rewards_withdrawal SET amount = amount + 1 WHERE state = 'reserved'`, 'BOOKS_DO_NOT_BALANCE'],
    [`UPDATE rewards_deposit SET amount = amount + 1 WHERE state = 'credited'`, 'BOOKS_DO_NOT_BALANCE'],
    [`UPDATE rewards_deposit SET units = '1' WHERE state = 'credited'`, 'TREASURY_NOT_EXPLAINED'],
    [`UPDATE rewards_payout SET units = '1'`, 'TREASURY_NOT_EXPLAINED'],
    [`UPDATE rewards_chain_cursor SET opening_units = '1'`, 'TREASURY_NOT_EXPLAINED'],
    [`UPDATE rewards_hot_wallet SET halted_at = '2026-03-01 09:00:00.000'`, 'HOT_WALLET_HALTED'],
  ])('after "%s" the supply reports %s', async (sql, code) => {
    const rollback = new Error('rollback');
    const damaging = school.database.transaction(async () => {
      await school.database.run(sql.replace(':ann', String(ann.id)));
      expect(await requestViolationCodes()).toEqual([code]);
      throw rollback;
    });
    await expect(damaging).rejects.toBe(rollback);
    expect(await requestViolationCodes()).toEqual([]);
  });

  test('the supply reports a treasury that holds less than the school owes', async () => {
    await endow(school, ann.id, 2_000_000_000);
    expect(await requestViolationCodes()).toEqual([]);
    // After this payment the treasury holds fewer coins than Ann has.
    const amount = 1_480_481_470_000;
    await chain.createPayout(newHash(), newAddress(), amount);
    expect(await requestViolationCodes()).toEqual(['TREASURY_NOT_EXPLAINED', 'TREASURY_BELOW_LIABILITIES']);
    // The payment belongs to no withdrawal. The supply reports it until it is booked as lost, and counts it in lostUnits from then on.
    const [payout] = (await admin.get('/coins/chain/payouts?isBooked=false')).body.data;
    await admin.put(`/coins/chain/payouts/${payout.id}/booking`, { reason: 'stolen' });
    expect(await requestViolationCodes()).toEqual(['TREASURY_BELOW_LIABILITIES']);
    const { lostUnits, ratio } = (await requestSupply()).body;
    expect(lostUnits).toBe(String(BigInt(amount) * unitsPerCoin));
    expect(ratio).toBeLessThan(1);
    expect(ratio).toBeGreaterThan(0);
  });

  test('the supply reports sent transfers that do not match received ones', async () => {
    const totals = await school.part(SupplyQuery).getTotals();
    const ledger = { ...totals.ledger, transfer_sent: totals.ledger.transfer_sent + 1 };
    const { faults } = proveSupply({ ...totals, ledger });
    expect(faults.map(({ code }) => code)).toContain('TRANSFERS_DO_NOT_MATCH');
  });
});

test('the ratio is below 1 if one unit is missing in the treasury', () => {
  expect(ratioOf({ treasuryUnits: 3n * unitsPerCoin - 1n, liabilities: 3 })).toBe(0.999_999);
  expect(ratioOf({ treasuryUnits: 3n * unitsPerCoin, liabilities: 3 })).toBe(1);
});

// This test must be the last one, because the tokens of the first school are no longer valid after a second school was opened.
test('a request of the supply returns 501 in a school without a chain', async () => {
  const otherSchool = await School.open();
  const student = await otherSchool.student();
  const response = await student.get('/coins/supply');
  expect([response.status, response.body.code]).toEqual([501, 'CHAIN_NOT_CONFIGURED']);
  await otherSchool.close();
});
