import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LedgerAudit, type AuditReport } from '../../src/modules/rewards';
import { School } from '../support/school';
import { endow, expectNoViolations } from '../rewards/ledger-state';
import { newHash, newAddress, DatabaseFixture, schoolWithFixture, treasury } from './database-fixture';

const coin = 10n ** 18n;
let school: School;
/** Ids of the withdrawals, deposits and ledger rows that the cases below damage, by name. */
let id: Record<string, number>;
beforeAll(async () => {
  school = await schoolWithFixture();
  id = await createEveryState(school);
}, 60_000);
afterAll(() => school.close());

/** Creates withdrawals and deposits in every state with the steps of the poller and the administrators. */
async function createEveryState(open: School): Promise<Record<string, number>> {
  const chain = await DatabaseFixture.of(open);
  const [ann, bob, admin] = [await open.student(), await open.student(), await open.admin()];
  for (const person of [ann, bob]) await endow(open, person.id, 10_000);
  const confirmed = await chain.createConfirmed(ann.id, 100);
  const other = await chain.createConfirmed(bob.id, 150);
  const failed = await chain.createRefundedAfterFailure(ann.id, 20);
  const cancelled = await chain.createRefunded(bob.id, 30);
  const halted = await chain.createHalted(ann.id, 40);
  const hash = newHash();
  const settled = await chain.createHalted(bob.id, 50, hash);
  await chain.createPayout(hash, await chain.addressOf(settled), 50);
  const decision = { action: 'settle', reason: 'paid by hand', txHash: hash };
  expect((await admin.post(`/coins/withdrawals/${settled}/decisions`, decision)).status).toBe(201);
  const deposit = await chain.createDeposit(70n * coin + 5n, ann.id);
  const second = await chain.createDeposit(80n * coin, bob.id);
  const unattributed = await chain.createDeposit(90n * coin, null);
  const dust = await chain.createDeposit(7n, null);
  await chain.createPayout(newHash(), newAddress(), 20);
  const [lost] = (await admin.get('/coins/chain/payouts?isBooked=false')).body.data;
  expect((await admin.put(`/coins/chain/payouts/${lost.id}/booking`, { reason: 'stolen' })).status).toBe(200);
  await chain.haltAhead(2);
  const nextNonce = Number(await chain.readValue('SELECT head_nonce AS value FROM rewards_hot_wallet'));
  const resumed = await admin.delete(`/coins/hot-wallets/${treasury}/halt`, { reason: 'by hand', nextNonce });
  expect(resumed.status).toBe(200);
  const seen = await chain.createSeenDeposit(11);
  const [reserved, signing] = [await chain.createReserved(ann.id, 12), await chain.createSigning(bob.id, 13)];
  const [signed, broadcast] = [await chain.createSigned(ann.id, 14), await chain.createBroadcast(bob.id, 15)];
  await chain.sign(broadcast, 'cancellation');
  const mined = await chain.createMined(ann.id, 16);
  await chain.createHeaders(3);
  const row = async (name: string, table: string, of: number): Promise<number> =>
    Number(await chain.readValue(`SELECT ${name} AS value FROM ${table} WHERE id = ${of}`));
  return {
    ...{ ann: ann.id, bob: bob.id, confirmed, other, failed, cancelled, halted, settled, reserved, signing, signed },
    ...{ broadcast, mined, deposit, second, unattributed, dust, seen, final: await row('1', 'users_user', ann.id) },
    debit: await row('ledger_id', 'rewards_withdrawal', confirmed),
    broadcastDebit: await row('ledger_id', 'rewards_withdrawal', broadcast),
    refund: await row('refund_id', 'rewards_withdrawal', failed),
    credit: await row('ledger_id', 'rewards_deposit', deposit),
    secondCredit: await row('ledger_id', 'rewards_deposit', second),
    otherDebit: await row('ledger_id', 'rewards_withdrawal', other),
  };
}

test('the audit finds nothing if the ledger and the chain agree', () => expectNoViolations(school));

test('the audit finds nothing in a school without a chain', async () => {
  const open = await School.open();
  const student = await open.student();
  await endow(open, student.id, 100);
  await expectNoViolations(open);
  await open.close();
});

test('every invariant of the audit has the name and the anchor that docs/invariants.md gives it', () => {
  const file = readFileSync(path.join(__dirname, '../../docs/invariants.md'), 'utf8');
  const rows = [...file.matchAll(/^\| (I\d+|totals) \| <a id="(\w+)"><\/a>(.+?) \|/gm)];
  const described = rows.map(([, number, anchor, name]) => `${number}, ${name}: docs/invariants.md#${anchor}`);
  const audit = school.part(LedgerAudit);
  const checked = Object.keys(audit.invariants).map((number) => audit.describe(number));
  expect(checked).toHaveLength(15);
  // An operation that is refused leaves no trace, so the audit has no check of I8.
  expect(described.filter((text) => !text.startsWith('I8,'))).toEqual(checked);
});

const withdrawal = (set: string, name: string): string => `UPDATE rewards_withdrawal SET ${set} WHERE id = :${name}`;
const payout = (set: string, name = 'confirmed'): string =>
  `UPDATE rewards_payout SET ${set} WHERE withdrawal_id = :${name}`;
const attempt = (set: string, name: string): string =>
  `UPDATE rewards_withdrawal_attempt SET ${set} WHERE withdrawal_id = :${name}`;
const deposit = (set: string, name = 'deposit'): string => `UPDATE rewards_deposit SET ${set} WHERE id = :${name}`;
const row = (set: string, name: string): string => `UPDATE rewards_teocointransaction SET ${set} WHERE id = :${name}`;
const nothing = `'0x${'0'.repeat(63)}f'`;

/** Each case damages one field: the title, the statement, the broken invariants and a part of the finding. */
test.each<[damage: string, sql: string, broken: string[], named: string]>([
  ['a wrong amount of a withdrawal', withdrawal('amount = 99', 'reserved'), ['I4'], 'withdrawal :reserved'],
  [
    'a wrong amount of a paid withdrawal',
    withdrawal('amount = 101', 'confirmed'),
    ['I4', 'I9'],
    'withdrawal :confirmed',
  ],
  ['a wrong person of a withdrawal', withdrawal('user_id = :bob', 'reserved'), ['I4'], 'withdrawal :reserved'],
  [
    'a withdrawal with the debit of another',
    withdrawal('ledger_id = :otherDebit', 'reserved'),
    ['I4', 'I13'],
    'withdrawal :reserved',
  ],
  ['a withdrawal without a debit', withdrawal('ledger_id = 0', 'reserved'), ['I4'], 'withdrawal :reserved'],
  ['a deleted withdrawal', 'DELETE FROM rewards_withdrawal WHERE id = :reserved', ['I4'], 'a debit of 0'],
  ['a confirmation without a payment', withdrawal(`state = 'confirmed'`, 'broadcast'), ['I9', 'I13'], ':broadcast'],
  ['a deleted payment', 'DELETE FROM rewards_payout WHERE withdrawal_id = :confirmed', ['I9', 'I15'], ':confirmed'],
  ['a payment without a withdrawal', payout('withdrawal_id = NULL'), ['I9', 'I15'], 'belongs to no withdrawal'],
  ['a loss that is not booked', 'DELETE FROM rewards_payout_booking', ['I9', 'I15'], 'belongs to no withdrawal'],
  [
    'a payment of a withdrawal that is booked as lost',
    'UPDATE rewards_payout_booking SET payout_id = (SELECT id FROM rewards_payout WHERE withdrawal_id = :confirmed)',
    ['I9', 'I15'],
    'pays withdrawal :confirmed and is booked as lost',
  ],
  [
    'a payment of a deleted withdrawal',
    'UPDATE rewards_payout SET withdrawal_id = 99999 WHERE withdrawal_id IS NULL',
    ['I9'],
    'belongs to no withdrawal',
  ],
  ['a payment assigned to another withdrawal', payout('withdrawal_id = :broadcast'), ['I9'], ':broadcast'],
  ['a second payment of a withdrawal', payout('withdrawal_id = :confirmed', 'other'), ['I9'], 'has 2 payments'],
  [
    'a payment recorded twice',
    'INSERT INTO rewards_payout SELECT * FROM rewards_payout WHERE withdrawal_id = :other',
    ['I9', 'I15'],
    'recorded 2 times',
  ],
  ['a wrong recipient of a payment', payout(`recipient = '0x1'`), ['I9'], ':confirmed'],
  ['wrong units of a payment', payout(`units = '100000000000000000001'`), ['I9', 'I15'], ':confirmed'],
  ['units that are not a number', payout(`units = 'x'`), ['I9', 'I14', 'I15'], 'invalid number of units: x'],
  ['a wrong hash of a payment', payout(`tx_hash = ${nothing}`), ['I9'], ':confirmed'],
  ['a wrong block of a payment', payout('block_number = 102'), ['I9'], ':confirmed'],
  ['a payment above the final block', payout('block_number = 5000'), ['I9', 'I13', 'I15'], 'in block 5000'],
  ['a wrong block hash of a payment', payout(`block_hash = ${nothing}`), ['I9'], ':confirmed'],
  ['a wrong address of a withdrawal', withdrawal(`address = '0x1'`, 'confirmed'), ['I9'], ':confirmed'],
  [
    'a sent transaction without stored bytes',
    attempt(`raw = ''`, 'confirmed'),
    ['I10'],
    'of withdrawal :confirmed is payment',
  ],
  [
    'a found transaction with a sending time',
    `UPDATE rewards_withdrawal_attempt SET sent_at = signed_at WHERE kind = 'found'`,
    ['I10'],
    ':settled',
  ],
  [
    'the bytes of another transaction',
    attempt(`raw = (SELECT raw FROM rewards_withdrawal_attempt WHERE withdrawal_id = :other)`, 'confirmed'),
    ['I10'],
    ':confirmed',
  ],
  ['bytes that are not a transaction', attempt(`raw = '0x00'`, 'signed'), ['I10'], ':signed'],
  ['a wrong hash of an attempt', attempt(`tx_hash = ${nothing}`, 'signed'), ['I10'], ':signed'],
  [
    'a withdrawal whose hash is not among its attempts',
    withdrawal(`tx_hash = ${nothing}`, 'broadcast'),
    ['I10'],
    ':broadcast',
  ],
  [
    'deleted attempts',
    'DELETE FROM rewards_withdrawal_attempt WHERE withdrawal_id = :signed',
    ['I10'],
    'has no signed transaction',
  ],
  [
    'the deleted attempt of a payment',
    'DELETE FROM rewards_withdrawal_attempt WHERE withdrawal_id = :confirmed',
    ['I9', 'I10', 'I13'],
    ':confirmed',
  ],
  ['a payment by a cancellation', attempt(`kind = 'cancellation'`, 'confirmed'), ['I9'], ':confirmed'],
  ['a nonce with two owners', withdrawal('nonce = nonce + 1', 'signed'), ['I11'], 'has 2 owners'],
  ['a nonce that was never assigned', withdrawal('nonce = 999', 'signing'), ['I11'], 'nonce 999'],
  ['a nonce below the first nonce of the school', withdrawal('nonce = 1', 'signing'), ['I11'], 'nonce 1 '],
  ['a nonce without a hot wallet', withdrawal('hot_wallet_id = NULL', 'signing'), ['I11'], 'withdrawal :signing'],
  ['a signing withdrawal without a nonce', withdrawal('nonce = NULL', 'signing'), ['I11'], 'withdrawal :signing'],
  ['a reserved withdrawal with a nonce', withdrawal(`state = 'reserved'`, 'signing'), ['I11'], 'withdrawal :signing'],
  ['a hot wallet that does not exist', withdrawal('hot_wallet_id = 77', 'signing'), ['I11'], 'hot wallet 77'],
  ['a too high next nonce', 'UPDATE rewards_hot_wallet SET next_nonce = next_nonce + 1', ['I11'], 'have an owner'],
  ['a too low next nonce', 'UPDATE rewards_hot_wallet SET next_nonce = next_nonce - 1', ['I11'], 'was never assigned'],
  ['a too low first nonce', 'UPDATE rewards_hot_wallet SET first_nonce = 2', ['I11'], 'have an owner'],
  ['a too high first nonce', 'UPDATE rewards_hot_wallet SET first_nonce = 4', ['I11'], 'nonce 3'],
  ['more final than used nonces', 'UPDATE rewards_hot_wallet SET final_nonce = head_nonce + 1', ['I11'], treasury],
  [
    'a chain that is ahead',
    'UPDATE rewards_hot_wallet SET head_nonce = next_nonce + 1',
    ['I11'],
    'the wallet is not halted',
  ],
  [
    'a deleted foreign nonce',
    'DELETE FROM rewards_foreign_nonce WHERE nonce = (SELECT min(nonce) FROM rewards_foreign_nonce)',
    ['I11'],
    'have an owner',
  ],
  [
    'a foreign nonce that belongs to a withdrawal',
    'UPDATE rewards_foreign_nonce SET nonce = 3 WHERE nonce = (SELECT min(nonce) FROM rewards_foreign_nonce)',
    ['I11'],
    'nonce 3',
  ],
  [
    'a refund of a withdrawal that is not refunded',
    withdrawal(`state = 'broadcast'`, 'failed'),
    ['I12'],
    'withdrawal :failed',
  ],
  ['a refunded withdrawal without a refund', withdrawal('refund_id = NULL', 'failed'), ['I12'], 'withdrawal :failed'],
  [
    'a withdrawal with the refund of another',
    withdrawal('refund_id = (SELECT refund_id FROM rewards_withdrawal WHERE id = :cancelled)', 'failed'),
    ['I12'],
    'withdrawal :failed',
  ],
  [
    'a refund that is another type of transaction',
    withdrawal('refund_id = :credit', 'failed'),
    ['I12'],
    'withdrawal :failed',
  ],
  ['a refund whose nonce was not used', withdrawal(`consumed_by = ''`, 'failed'), ['I12'], 'could still pay'],
  [
    'a refund whose nonce is not used at a final block',
    'UPDATE rewards_hot_wallet SET final_nonce = 4',
    ['I12'],
    'could still pay',
  ],
  [
    'a refund of a signed withdrawal without a nonce',
    withdrawal('nonce = NULL, hot_wallet_id = NULL', 'failed'),
    ['I11', 'I12'],
    'could still pay',
  ],
  [
    'a refunded withdrawal that its signed transaction paid',
    payout(
      `withdrawal_id = NULL, units = '20000000000000000000',
       tx_hash = (SELECT tx_hash FROM rewards_withdrawal WHERE id = :failed),
       recipient = (SELECT address FROM rewards_withdrawal WHERE id = :failed)`,
    ),
    ['I9', 'I12', 'I15'],
    'refunded and paid',
  ],
  [
    'a refunded withdrawal that was paid by the transaction that used its nonce',
    withdrawal(
      `consumed_by = (SELECT tx_hash FROM rewards_payout WHERE withdrawal_id IS NULL),
       address = (SELECT recipient FROM rewards_payout WHERE withdrawal_id IS NULL)`,
      'failed',
    ),
    ['I12'],
    'refunded and paid',
  ],
  [
    'a refunded withdrawal that has a payment',
    withdrawal(`state = 'refunded', refund_id = :refund, consumed_by = tx_hash`, 'confirmed'),
    ['I9', 'I12', 'I13'],
    'refunded and paid',
  ],
  [
    'an unconfirmed debit of a confirmed withdrawal',
    row('is_blockchain_confirmed = (1 = 0)', 'debit'),
    ['I13'],
    'withdrawal :confirmed',
  ],
  [
    'a debit that is confirmed too early',
    row('is_blockchain_confirmed = (1 = 1)', 'broadcastDebit'),
    ['I13'],
    'withdrawal :broadcast',
  ],
  [
    'a debit with an unknown hash',
    row(`blockchain_tx_hash = ${nothing}`, 'broadcastDebit'),
    ['I13'],
    'withdrawal :broadcast',
  ],
  [
    'an unconfirmed credit of a credited deposit',
    row('is_blockchain_confirmed = (1 = 0)', 'credit'),
    ['I13'],
    'deposit :deposit',
  ],
  ['a credit with an unknown hash', row(`blockchain_tx_hash = ${nothing}`, 'credit'), ['I13'], 'deposit :deposit'],
  [
    'a final block that went back',
    'UPDATE rewards_chain_cursor SET final_number = 101',
    ['I13', 'I15'],
    'final is 101',
  ],
  ['a final block above the head', 'UPDATE rewards_chain_cursor SET head_number = 50', ['I13'], 'the head 50'],
  [
    'a confirmed withdrawal without a block',
    withdrawal('block_number = NULL', 'confirmed'),
    ['I13'],
    'withdrawal :confirmed',
  ],
  ['a mined withdrawal in a final block', withdrawal('block_number = 101', 'mined'), ['I13'], 'withdrawal :mined'],
  ['a seen deposit in a final block', deposit('block_number = 101', 'seen'), ['I13'], 'deposit :seen'],
  [
    'a final deposit above the final block',
    deposit('block_number = 5000', 'unattributed'),
    ['I13', 'I15'],
    'deposit :unattributed',
  ],
  [
    'a header that does not link to the one before',
    `UPDATE rewards_block SET parent_hash = ${nothing} WHERE number = (SELECT max(number) FROM rewards_block)`,
    ['I13'],
    'header',
  ],
  [
    'a missing header',
    'DELETE FROM rewards_block WHERE number = (SELECT min(number) FROM rewards_block)',
    ['I13'],
    'header',
  ],
  ['a wrong amount of a deposit', deposit('amount = 71'), ['I14'], 'deposit :deposit'],
  ['wrong dust of a deposit', deposit(`dust = '000000000000000006'`), ['I14'], 'deposit :deposit'],
  ['wrong units of a deposit', deposit(`units = '70000000000000000006'`), ['I14', 'I15'], 'deposit :deposit'],
  ['a wrong person of a deposit', deposit('user_id = :bob'), ['I14'], 'deposit :deposit'],
  ['a deposit with the credit of another', deposit('ledger_id = :secondCredit'), ['I13', 'I14'], 'deposit :deposit'],
  ['a credit without a deposit', deposit(`ledger_id = NULL, state = 'unattributed'`), ['I14'], 'a credit of 0'],
  [
    'a credited deposit without a credit',
    deposit(`state = 'credited'`, 'unattributed'),
    ['I14'],
    'deposit :unattributed',
  ],
  ['a whole coin in state dust', deposit(`state = 'dust'`, 'unattributed'), ['I14'], 'deposit :unattributed'],
  ['dust in state unattributed', deposit(`state = 'unattributed'`, 'dust'), ['I14'], 'deposit :dust'],
  ['a deleted deposit', 'DELETE FROM rewards_deposit WHERE id = :unattributed', ['I15'], 'known transfers give'],
  [
    'a deposit recorded twice',
    'INSERT INTO rewards_deposit SELECT * FROM rewards_deposit WHERE id = :unattributed',
    ['I14', 'I15'],
    'recorded 2 times',
  ],
  ['a wrong ordinal of a deposit', deposit('ordinal = 1'), ['I14'], 'the last is 1'],
  [
    'wrong units of the treasury',
    `UPDATE rewards_chain_cursor SET treasury_units = '999999999999999999999999'`,
    ['I15'],
    'known transfers give',
  ],
  [
    'treasury units that are not a number',
    `UPDATE rewards_chain_cursor SET treasury_units = '-1'`,
    ['I15'],
    'is not a number',
  ],
  ['wrong opening units', `UPDATE rewards_chain_cursor SET opening_units = '1'`, ['I15'], 'known transfers give'],
])('the audit finds %s', async (_, sql, broken, named) => {
  const { counts, violations } = await damaged([sql]);
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  expect(found.map(([invariant]) => invariant)).toEqual(broken);
  expect(violations.map(({ detail }) => detail).join('\n')).toContain(withIds(named));
});

test('the audit finds an underfunded treasury, whether the cursor says so or not', async () => {
  for (const known of ['1 = 0', '1 = 1']) {
    const short = [
      'UPDATE users_user SET teo_coins = teo_coins + 2000000 WHERE id = :ann',
      `UPDATE rewards_chain_cursor SET underfunded = (${known})`,
    ];
    expect((await damaged(short)).counts).toMatchObject({ I1: 1, I15: 1 });
  }
});

test('the audit lists violations up to a limit and counts all of them', async () => {
  const { counts, violations } = await damaged(
    [`UPDATE rewards_withdrawal_attempt SET raw = '0x00' WHERE raw <> ''`],
    2,
  );
  expect(counts.I10).toBeGreaterThan(5);
  expect(violations.filter(({ invariant }) => invariant === 'I10')).toHaveLength(2);
});

const tables = [
  ...['rewards_teocointransaction', 'users_user', 'rewards_chain_cursor', 'rewards_block', 'rewards_hot_wallet'],
  ...['rewards_withdrawal', 'rewards_withdrawal_attempt', 'rewards_payout', 'rewards_deposit', 'rewards_foreign_nonce'],
  'rewards_payout_booking',
];

/** The report of the audit on damaged copies of the tables without triggers and constraints. The transaction is rolled back. */
async function damaged(sql: string[], limit?: number): Promise<AuditReport> {
  let report: AuditReport | undefined;
  const rollback = new Error('rollback');
  await school.database
    .transaction(async () => {
      for (const table of tables) {
        await school.database.run(`ALTER TABLE ${table} RENAME TO ${table}_kept`);
        await school.database.run(`CREATE TABLE ${table} AS SELECT * FROM ${table}_kept`);
      }
      for (const statement of sql) expect(await school.database.run(withIds(statement))).toBeGreaterThan(0);
      report = await school.part(LedgerAudit).checkRows(limit);
      throw rollback;
    })
    .catch((error: unknown) => expect(error).toBe(rollback));
  return report!;
}

const withIds = (sql: string): string =>
  sql.replace(/:(\w+)/g, (whole, name: string) => (name in id ? String(id[name]) : whole));
