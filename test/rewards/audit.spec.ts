import { Achievements, Earnings, Ledger, LedgerAudit, Transfers, type AuditReport } from '../../src/modules/rewards';
import { Corrections } from '../../src/modules/rewards/ledger/corrections';
import { unguarded } from '../../src/platform/database/statements/write-guard';
import { testEngine } from '../support/database-url';
import { School } from '../support/school';
import { expectCleanBooks, rowsAfter } from './books';

const ledger = 'rewards_teocointransaction';
let school: School;
/** Ids by name: people, and the rows the stories below damage. */
let id: Record<string, number>;

beforeAll(async () => {
  school = await School.open();
  const [ann, bob, cat, staff] = [
    await school.student(),
    await school.student(),
    await school.student(),
    await school.admin(),
  ];
  id = { ann: ann.id, bob: bob.id, cat: cat.id };
  const earnings = school.part(Earnings);
  const lesson = (object: number, rewardEpoch: number) => ({
    ...{ userId: ann.id, type: 'earned_lesson' as const, amount: 10, description: 'Lesson', rewardEpoch },
    relatedObject: { type: 'courses.lesson', id: object },
  });
  const gift = await earnings.give([{ userId: ann.id, type: 'manual_reward', amount: 100, description: 'Gift' }]);
  const [first, second] = await earnings.reward([lesson(1, 0), lesson(2, 0)]);
  const [again] = await earnings.reward([lesson(1, 1)]);
  const send = (key: string) =>
    school.part(Transfers).send(ann.id, { recipientId: bob.id, amount: 20, message: '' }, key);
  const [sent, other, taken] = [await send('k1'), await send('k2'), await send('k3')];
  const reversal = await school.part(Corrections).reverse(taken.transfer.id, { reason: 'mistake', actorId: staff.id });
  const [refund] = await school
    .part(Ledger)
    .post([{ userId: cat.id, type: 'refund', amount: 5, description: 'Refund' }]);
  await school.part(Achievements).unlock([{ userId: cat.id, achievementType: 'art_critic' }]);
  const received = (await rowsAfter(school)).find(
    (row) => row.operationId === sent.transfer.operationId && row.userId === bob.id,
  );
  Object.assign(id, {
    ...{ gift: gift[0]!.id, first: first!.id, second: second!.id, again: again!.id, refund: refund!.id },
    ...{ sent: sent.transfer.id, received: received!.id, other: other.transfer.id, taken: taken.transfer.id },
    ...{ reversal: reversal[0]!.id, mirrored: reversal[1]!.id },
  });
}, 60_000);
afterAll(() => school.close());

test('finds nothing in books that are right', () => expectCleanBooks(school));

/** One damage for each way a field can be wrong; which invariants it breaks, and whose row or balance is named. */
test.each<[damage: string, sql: string, broken: string[], named: string]>([
  ['the amount of a reward', 'SET amount = 101 WHERE id = :gift', ['I1', 'I2', 'totals'], 'gift'],
  ['an amount of zero', 'SET amount = 0 WHERE id = :refund', ['I1', 'I2', 'I4'], 'refund'],
  ['the amount of one side of a transfer', 'SET amount = 19 WHERE id = :received', ['I1', 'I2', 'I4'], 'received'],
  ['the amount of a reversal', 'SET amount = 19 WHERE id = :reversal', ['I1', 'I2', 'I4'], 'reversal'],
  ['the sign of a type', "SET transaction_type = 'spent' WHERE id = :refund", ['I1', 'I2'], 'refund'],
  ['an earned type', "SET transaction_type = 'deposit' WHERE id = :gift", ['totals'], 'ann'],
  ['a type that is none', "SET transaction_type = 'gift' WHERE id = :refund", ['I4'], 'refund'],
  ['the person of a row', 'SET user_id = :cat WHERE id = :gift', ['I1', 'I2', 'totals'], 'gift'],
  ['a row of nobody', 'SET user_id = 0 WHERE id = :refund', ['I1', 'I2'], 'refund'],
  ['another recipient', 'SET recipient_id = :cat WHERE id = :sent', ['I4'], 'sent'],
  ['no recipient', 'SET recipient_id = NULL WHERE id = :sent', ['I4'], 'sent'],
  ['a recipient where there is none', 'SET recipient_id = :bob WHERE id = :gift', ['I4'], 'gift'],
  ['a transfer to oneself', 'SET recipient_id = :ann WHERE id = :sent', ['I4'], 'sent'],
  ['the operation of one side', "SET operation_id = 'x' WHERE id = :received", ['I4'], 'received'],
  ['a sequence', 'SET sequence = 99 WHERE id = :refund', ['I2'], 'refund'],
  ['a balance on the way', 'SET balance_after = balance_after + 1 WHERE id = :first', ['I2'], 'first'],
  ['a balance below zero on the way', 'SET balance_after = -5 WHERE id = :refund', ['I2', 'I3'], 'refund'],
  ['the object of a reward', 'SET related_object_id = 1 WHERE id = :second', ['I5'], 'second'],
  ['the season of a reward', 'SET reward_epoch = 0 WHERE id = :again', ['I5'], 'again'],
  ['a key used twice', "SET idempotency_key = 'k1' WHERE id = :other", ['I6'], 'other'],
  ['a key without its hash', 'SET request_hash = NULL WHERE id = :sent', ['I6'], 'sent'],
  ['a hash without its key', 'SET idempotency_key = NULL WHERE id = :sent', ['I6'], 'sent'],
  ['a hash that is none', "SET request_hash = 'x' WHERE id = :sent", ['I6'], 'sent'],
  ['a reversal of nothing', 'SET reverses_id = NULL WHERE id = :reversal', ['I4'], 'reversal'],
  ['a reversal of something else', 'SET reverses_id = :refund WHERE id = :reversal', ['I4'], 'reversal'],
  ['a reversal of a reversal', 'SET reverses_id = :mirrored WHERE id = :reversal', ['I4'], 'reversal'],
  [
    'a reversal of the same sign',
    "SET transaction_type = 'reversal_debit' WHERE id = :reversal",
    ['I1', 'I2', 'I4'],
    'reversal',
  ],
  ['a plain row that reverses', 'SET reverses_id = :first WHERE id = :refund', ['I4', 'totals'], 'refund'],
  ['a confirmation without a hash', 'SET is_blockchain_confirmed = (1 = 1) WHERE id = :refund', ['I4'], 'refund'],
  ['a transaction hash that is none', "SET blockchain_tx_hash = '0x1' WHERE id = :refund", ['I4'], 'refund'],
])('finds %s', async (_, sql, broken, named) => {
  await expectFound([`UPDATE ${ledger} ${sql}`], broken, named);
});

test.each<[damage: string, sql: string[], broken: string[], named: string]>([
  ['a row that is missing', [`DELETE FROM ${ledger} WHERE id = :first`], ['I1', 'I2', 'totals'], 'ann'],
  ['the last row that is missing', [`DELETE FROM ${ledger} WHERE id = :refund`], ['I1', 'I2'], 'cat'],
  [
    'one side of a transfer that is missing',
    [`DELETE FROM ${ledger} WHERE id = :received`],
    ['I1', 'I2', 'I4'],
    'sent',
  ],
  [
    'one side of a reversal that is missing',
    [`DELETE FROM ${ledger} WHERE id = :mirrored`],
    ['I1', 'I2', 'I4'],
    'reversal',
  ],
  ['a row written twice', [`INSERT INTO ${ledger} SELECT * FROM ${ledger} WHERE id = :refund`], ['I1', 'I2'], 'cat'],
  ['a balance', ['UPDATE users_user SET teo_coins = teo_coins + 1 WHERE id = :ann'], ['I1'], 'ann'],
  ['a balance below zero', ['UPDATE users_user SET teo_coins = -1 WHERE id = :bob'], ['I1', 'I3'], 'bob'],
  ['a last sequence', ['UPDATE users_user SET teo_sequence = 0 WHERE id = :ann'], ['I2'], 'ann'],
  [
    'coins shown as earned',
    ['UPDATE users_userprogress SET total_teocoins_earned = 7 WHERE user_id = :bob'],
    ['totals'],
    'bob',
  ],
  [
    'achievements shown',
    ['UPDATE users_userprogress SET achievements_earned = 0 WHERE user_id = :cat'],
    ['totals'],
    'cat',
  ],
])('finds %s', async (_, sql, broken, named) => {
  await expectFound(sql, broken, named);
});

test('cannot see who decided, when, and in which words: only the triggers keep those', async () => {
  const sql = `UPDATE ${ledger} SET description = 'x', actor_id = NULL, created_at = NULL`;
  expect((await damaged([sql])).violations).toEqual([]);
});

test('counts all, lists a few', async () => {
  const { counts, violations } = await damaged([`UPDATE ${ledger} SET balance_after = -1`], 3);
  const rows = (await rowsAfter(school)).length;
  expect(counts).toMatchObject({ I2: rows, I3: rows });
  expect(violations).toHaveLength(6);
});

test('finds that the triggers are gone', async () => {
  const open = await School.open();
  const on = testEngine() === 'postgres' ? ` ON ${ledger}` : '';
  for (const event of ['update', 'delete'])
    await unguarded(() => open.database.dialect.dataSource.query(`DROP TRIGGER rewards_ledger_${event}${on}`));
  const { counts, violations } = await open.part(LedgerAudit).run();
  expect(counts.I7).toBe(2);
  expect(violations.map(({ invariant, detail }) => `${invariant} ${detail}`)).toEqual([
    'I7 UPDATE of a row is possible',
    'I7 DELETE of a row is possible',
  ]);
  await open.close();
});

test('is a job that reports', async () => {
  const report = await school.job('rewards:audit');
  expect(report).toMatchObject({ violations: 0, I1: 0, I7: 0, totals: 0, listed: '[]' });
  expect((report as { transactions: number }).transactions).toBe((await rowsAfter(school)).length);
});

async function expectFound(sql: string[], broken: string[], named: string): Promise<void> {
  const { counts, violations } = await damaged(sql);
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  expect(found.map(([invariant]) => invariant)).toEqual(broken);
  expect(violations.flatMap(({ userId, transactionId }) => [userId, transactionId])).toContain(id[named]);
}

/** What the audit says of a copy of the tables without triggers and constraints, damaged; nothing of it is kept. */
async function damaged(sql: string[], limit?: number): Promise<AuditReport> {
  let report: AuditReport | undefined;
  const enough = new Error('enough');
  await school.database
    .transaction(async () => {
      for (const table of [ledger, 'users_user', 'users_userprogress']) {
        await school.database.run(`ALTER TABLE ${table} RENAME TO ${table}_kept`);
        await school.database.run(`CREATE TABLE ${table} AS SELECT * FROM ${table}_kept`);
      }
      for (const statement of sql) expect(await school.database.run(withIds(statement))).toBeGreaterThan(0);
      report = await school.part(LedgerAudit).checkRows(limit);
      throw enough;
    })
    .catch((error: unknown) => expect(error).toBe(enough));
  return report!;
}

const withIds = (sql: string): string => sql.replace(/:(\w+)/g, (_, name: string) => String(id[name]));
