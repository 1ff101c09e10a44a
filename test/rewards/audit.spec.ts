import { Logger } from '@nestjs/common';
import { Achievements, Earnings, Ledger, LedgerAudit, Transfers, type AuditReport } from '../../src/modules/rewards';
import { Corrections } from '../../src/modules/rewards/ledger/corrections';
import { CopyChecks } from '../../src/platform/data/copy-checks';
import { unguarded } from '../../src/platform/database/statements/write-guard';
import type { JobReport } from '../../src/platform/jobs/job';
import { testEngine } from '../support/database-url';
import { Metrics } from '../../src/platform/metrics/metrics';
import { School } from '../support/school';
import { expectNoViolations, rowsAfter } from './ledger-state';

const ledgerTable = 'rewards_teocointransaction';
let school: School;
/** The ids of the people and rows that the tests below damage. In an SQL text, `:gift` stands for the id with the name `gift`. */
let idByName: Record<string, number>;

beforeAll(async () => {
  school = await School.open();
  const [ann, bob, cat, staff] = [
    await school.student(),
    await school.student(),
    await school.student(),
    await school.admin(),
  ];
  idByName = { ann: ann.id, bob: bob.id, cat: cat.id };
  const earnings = school.part(Earnings);
  const lessonClaim = (lessonId: number, rewardEpoch: number) => ({
    userId: ann.id,
    type: 'earned_lesson' as const,
    amount: 10,
    description: 'Lesson',
    rewardEpoch,
    relatedObject: { type: 'courses.lesson', id: lessonId },
  });
  const gift = await earnings.give([{ userId: ann.id, type: 'manual_reward', amount: 100, description: 'Gift' }]);
  const [first, second] = await earnings.reward([lessonClaim(1, 0), lessonClaim(2, 0)]);
  const [again] = await earnings.reward([lessonClaim(1, 1)]);
  const send = (key: string) =>
    school.part(Transfers).send(ann.id, { recipientId: bob.id, amount: 20, message: '' }, key);
  const sent = await send('k1');
  const other = await send('k2');
  const reversed = await send('k3');
  const reversal = await school
    .part(Corrections)
    .reverse(reversed.transfer.id, { reason: 'mistake', actorId: staff.id });
  const [refund] = await school
    .part(Ledger)
    .post([{ userId: cat.id, type: 'refund', amount: 5, description: 'Refund' }]);
  await school.part(Achievements).unlock([{ userId: cat.id, achievementType: 'art_critic' }]);
  const received = (await rowsAfter(school)).find(
    (row) => row.operationId === sent.transfer.operationId && row.userId === bob.id,
  );
  Object.assign(idByName, {
    gift: gift[0]!.id,
    first: first!.id,
    second: second!.id,
    again: again!.id,
    refund: refund!.id,
    sent: sent.transfer.id,
    received: received!.id,
    other: other.transfer.id,
    taken: reversed.transfer.id,
    reversal: reversal[0]!.id,
    mirrored: reversal[1]!.id,
  });
}, 60_000);
afterAll(() => school.close());

test('the audit finds no violation in an undamaged ledger', () => expectNoViolations(school));

/** Each case damages one field, and names the violated invariants and the row or person that the report must contain. */
test.each<[damage: string, sql: string, violated: string[], name: string]>([
  ['a changed amount of a reward', 'SET amount = 101 WHERE id = :gift', ['I1', 'I2', 'totals'], 'gift'],
  ['an amount of zero', 'SET amount = 0 WHERE id = :refund', ['I1', 'I2', 'I4'], 'refund'],
  [
    'a changed amount of one side of a transfer',
    'SET amount = 19 WHERE id = :received',
    ['I1', 'I2', 'I4'],
    'received',
  ],
  ['a changed amount of a reversal', 'SET amount = 19 WHERE id = :reversal', ['I1', 'I2', 'I4'], 'reversal'],
  ['a type with the opposite sign', "SET transaction_type = 'spent' WHERE id = :refund", ['I1', 'I2'], 'refund'],
  ['a reward that became a deposit', "SET transaction_type = 'deposit' WHERE id = :gift", ['totals'], 'ann'],
  ['an unknown type', "SET transaction_type = 'gift' WHERE id = :refund", ['I4'], 'refund'],
  ['a row of a different person', 'SET user_id = :cat WHERE id = :gift', ['I1', 'I2', 'totals'], 'gift'],
  ['a row of a user who does not exist', 'SET user_id = 0 WHERE id = :refund', ['I1', 'I2'], 'refund'],
  ['a different recipient', 'SET recipient_id = :cat WHERE id = :sent', ['I4'], 'sent'],
  ['a sent transfer without a recipient', 'SET recipient_id = NULL WHERE id = :sent', ['I4'], 'sent'],
  ['a recipient of a row that is not a transfer', 'SET recipient_id = :bob WHERE id = :gift', ['I4'], 'gift'],
  ['a transfer to oneself', 'SET recipient_id = :ann WHERE id = :sent', ['I4'], 'sent'],
  ['a different operation id of one side', "SET operation_id = 'x' WHERE id = :received", ['I4'], 'received'],
  ['a wrong sequence number', 'SET sequence = 99 WHERE id = :refund', ['I2'], 'refund'],
  ['a wrong balance after a transaction', 'SET balance_after = balance_after + 1 WHERE id = :first', ['I2'], 'first'],
  ['a negative balance after a transaction', 'SET balance_after = -5 WHERE id = :refund', ['I2', 'I3'], 'refund'],
  ['a second reward for the same object', 'SET related_object_id = 1 WHERE id = :second', ['I5'], 'second'],
  ['a second reward in the same epoch', 'SET reward_epoch = 0 WHERE id = :again', ['I5'], 'again'],
  ['an idempotency key used twice', "SET idempotency_key = 'k1' WHERE id = :other", ['I6'], 'other'],
  ['an idempotency key without its request hash', 'SET request_hash = NULL WHERE id = :sent', ['I6'], 'sent'],
  ['a request hash without its idempotency key', 'SET idempotency_key = NULL WHERE id = :sent', ['I6'], 'sent'],
  ['an invalid request hash', "SET request_hash = 'x' WHERE id = :sent", ['I6'], 'sent'],
  ['a reversal of nothing', 'SET reverses_id = NULL WHERE id = :reversal', ['I4'], 'reversal'],
  ['a reversal of a different transaction', 'SET reverses_id = :refund WHERE id = :reversal', ['I4'], 'reversal'],
  ['a reversal of a reversal', 'SET reverses_id = :mirrored WHERE id = :reversal', ['I4'], 'reversal'],
  [
    'a reversal of the same sign',
    "SET transaction_type = 'reversal_debit' WHERE id = :reversal",
    ['I1', 'I2', 'I4'],
    'reversal',
  ],
  ['a refund that reverses a transaction', 'SET reverses_id = :first WHERE id = :refund', ['I4', 'totals'], 'refund'],
  [
    'a confirmation without a transaction hash',
    'SET is_blockchain_confirmed = (1 = 1) WHERE id = :refund',
    ['I4'],
    'refund',
  ],
  ['an invalid transaction hash', "SET blockchain_tx_hash = '0x1' WHERE id = :refund", ['I4'], 'refund'],
])('the audit finds %s', async (_, sql, violated, name) => {
  await expectViolations([`UPDATE ${ledgerTable} ${sql}`], violated, name);
});

test.each<[damage: string, statements: string[], violated: string[], name: string]>([
  ['a missing row', [`DELETE FROM ${ledgerTable} WHERE id = :first`], ['I1', 'I2', 'totals'], 'ann'],
  ['a missing last row', [`DELETE FROM ${ledgerTable} WHERE id = :refund`], ['I1', 'I2'], 'cat'],
  ['a missing side of a transfer', [`DELETE FROM ${ledgerTable} WHERE id = :received`], ['I1', 'I2', 'I4'], 'sent'],
  ['a missing side of a reversal', [`DELETE FROM ${ledgerTable} WHERE id = :mirrored`], ['I1', 'I2', 'I4'], 'reversal'],
  [
    'a row written twice',
    [`INSERT INTO ${ledgerTable} SELECT * FROM ${ledgerTable} WHERE id = :refund`],
    ['I1', 'I2'],
    'cat',
  ],
  ['a wrong balance', ['UPDATE users_user SET teo_coins = teo_coins + 1 WHERE id = :ann'], ['I1'], 'ann'],
  ['a negative balance', ['UPDATE users_user SET teo_coins = -1 WHERE id = :bob'], ['I1', 'I3'], 'bob'],
  ['a wrong last sequence of a person', ['UPDATE users_user SET teo_sequence = 0 WHERE id = :ann'], ['I2'], 'ann'],
  [
    'a wrong total of earned coins',
    ['UPDATE users_userprogress SET total_teocoins_earned = 7 WHERE user_id = :bob'],
    ['totals'],
    'bob',
  ],
  [
    'a wrong number of achievements',
    ['UPDATE users_userprogress SET achievements_earned = 0 WHERE user_id = :cat'],
    ['totals'],
    'cat',
  ],
])('the audit finds %s', async (_, statements, violated, name) => {
  await expectViolations(statements, violated, name);
});

test('the audit cannot find changes of the description, the administrator and the time, which only the triggers prevent', async () => {
  const sql = `UPDATE ${ledgerTable} SET description = 'x', actor_id = NULL, created_at = NULL`;
  expect((await auditDamaged([sql])).violations).toEqual([]);
});

test('the audit counts all violations and lists at most `maxListed` of each check', async () => {
  const { counts, violations } = await auditDamaged([`UPDATE ${ledgerTable} SET balance_after = -1`], 3);
  const rowCount = (await rowsAfter(school)).length;
  expect(counts).toMatchObject({ I2: rowCount, I3: rowCount });
  expect(violations).toHaveLength(6);
});

describe('a ledger without its triggers', () => {
  const rule = 'I7, no transaction is changed or deleted: docs/invariants.md#i7';
  let unprotected: School;
  beforeAll(async () => {
    unprotected = await School.open();
    const tableClauseSql = testEngine() === 'postgres' ? ` ON ${ledgerTable}` : '';
    for (const event of ['update', 'delete'])
      await unguarded(() =>
        unprotected.database.dialect.dataSource.query(`DROP TRIGGER rewards_ledger_${event}${tableClauseSql}`),
      );
  });
  afterAll(() => unprotected.close());

  test('the audit reports I7 if the triggers are missing', async () => {
    const { counts, violations } = await unprotected.part(LedgerAudit).run();
    expect(counts.I7).toBe(2);
    expect(violations.map(({ invariant, detail }) => `${invariant} ${detail}`)).toEqual([
      'I7 UPDATE of a row is possible',
      'I7 DELETE of a row is possible',
    ]);
  });

  test('the job rewards:audit names the violated invariant in the log, in its report and in the metrics', async () => {
    expect(await unprotected.part(Metrics).toText()).not.toMatch(/^teoart_ledger_violations\{/m);
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const report = (await unprotected.job('rewards:audit')) as JobReport;
    const lines = logged.mock.calls.map(([line]) => line as string);
    logged.mockRestore();
    expect(lines).toEqual([
      `UPDATE of a row is possible (user –, transaction –) violates ${rule}`,
      `DELETE of a row is possible (user –, transaction –) violates ${rule}`,
    ]);
    expect(report).toMatchObject({ violations: 2, I7: 2 });
    const metrics = await unprotected.part(Metrics).toText();
    expect(metrics).toContain('teoart_ledger_violations{invariant="I7"} 2\n');
    expect(metrics).toContain('teoart_ledger_violations{invariant="I1"} 0\n');
    expect(JSON.parse(report.listed as string)).toMatchObject([
      { invariant: 'I7', rule },
      { invariant: 'I7', rule },
    ]);
  });

  test('the metric shows the last finished audit, not an earlier or a failed one', async () => {
    await unprotected.job('rewards:audit');
    const insertSql = `INSERT INTO platform_job_run (job, holder, started_at, finished_at, outcome, report, error)
      VALUES ('rewards:audit', 'test', $1, $1, $2, $3, '')`;
    const at = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);
    const runs: [Date, string, object][] = [
      [at(-60), 'done', { I7: 9 }],
      [at(1), 'done', { I7: 5 }],
      [at(2), 'failed', { I7: 8 }],
    ];
    await unprotected.database.transaction(async () => {
      for (const values of runs) await unprotected.database.run(insertSql, values);
    });
    const metrics = await unprotected.part(Metrics).toText();
    expect(metrics).toContain('teoart_ledger_violations{invariant="I7"} 5\n');
    expect(metrics).not.toContain('teoart_ledger_violations{invariant="I1"}');
  });

  test('the audit of a copied database names the violated invariants and their counts', async () => {
    expect(await unprotected.part(CopyChecks).run(false)).toEqual([
      expect.stringMatching(/^0 entries of the audit log are verified, /),
      'The audit of 0 transactions found 2 violations',
      `2 violations of ${rule}`,
    ]);
  });
});

test('the report of the job rewards:audit names every invariant that it counts', async () => {
  const { people, transactions, violations, listed, invariants, ...counts } = (await school.job(
    'rewards:audit',
  )) as JobReport;
  const legend = invariants as string;
  for (const number of Object.keys(counts)) expect(legend).toMatch(new RegExp(`(^|; )${number}, [a-z ]+`));
  expect(legend).toMatch(/: docs\/invariants\.md$/);
});

test('the job rewards:audit reports the counts of people, transactions and violations', async () => {
  const report = await school.job('rewards:audit');
  const transactions = (await rowsAfter(school)).length;
  expect(report).toMatchObject({ transactions, violations: 0, I1: 0, I7: 0, totals: 0, listed: '[]' });
});

/** Expects that exactly these invariants are violated, and that the violations contain the row or person with this name. */
async function expectViolations(statements: string[], violated: string[], name: string): Promise<void> {
  const { counts, violations } = await auditDamaged(statements);
  const violatedInvariants = Object.keys(counts).filter((invariant) => counts[invariant]! > 0);
  expect(violatedInvariants).toEqual(violated);
  expect(violations.flatMap(({ userId, transactionId }) => [userId, transactionId])).toContain(idByName[name]);
}

/** Runs the audit over damaged copies of the tables, which have no triggers and constraints, and then rolls everything back. */
async function auditDamaged(statements: string[], maxListed?: number): Promise<AuditReport> {
  let report: AuditReport | undefined;
  const rollback = new Error('rollback');
  await school.database
    .transaction(async () => {
      for (const table of [ledgerTable, 'users_user', 'users_userprogress']) {
        await school.database.run(`ALTER TABLE ${table} RENAME TO ${table}_kept`);
        await school.database.run(`CREATE TABLE ${table} AS SELECT * FROM ${table}_kept`);
      }
      for (const statement of statements) expect(await school.database.run(withIds(statement))).toBeGreaterThan(0);
      report = await school.part(LedgerAudit).checkRows(maxListed);
      throw rollback;
    })
    .catch((error: unknown) => expect(error).toBe(rollback));
  return report!;
}

const withIds = (sql: string): string => sql.replace(/:(\w+)/g, (_, name: string) => String(idByName[name]));
