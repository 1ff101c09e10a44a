import { TeocoinTransaction } from '../../src/modules/rewards/ledger/teocoin-transaction.entity';
import { LedgerGuard } from '../../src/modules/rewards/ledger/ledger-guard';
import type { Value } from '../../src/platform/database/columns';
import { unguarded } from '../../src/platform/database/statements/write-guard';
import { testEngine } from '../support/database-url';
import { School, type Client } from '../support/school';
import { endow, rowsAfter, type LedgerRow } from './ledger-state';

let school: School;
let ann: Client;
let bob: Client;
let sentRow: LedgerRow;
beforeAll(async () => {
  school = await School.open();
  [ann, bob] = [await school.student(), await school.student()];
  await endow(school, ann.id, 30);
  await ann.post('/coins/transfers', { recipientId: bob.id, amount: 10 }, { 'idempotency-key': 'k' });
  sentRow = (await rowsAfter(school)).find(({ type }) => type === 'transfer_sent')!;
}, 60_000);
afterAll(() => school.close());

const table = 'rewards_teocointransaction';
const hash = `0x${'ab'.repeat(32)}`;
const otherHash = `0x${'cd'.repeat(32)}`;
/** The message of the triggers that refuse a change. */
const appendOnlyMessage = /append-only/;

/** Runs a statement as the application does. */
const runInTransaction = (sql: string, values: Value[] = []) =>
  school.database.transaction(() => school.database.run(sql, values));
/** Runs a statement directly on the connection, as a script outside the application does. */
const runDirectly = (sql: string, values: unknown[] = []) =>
  unguarded(() => school.database.dialect.dataSource.query(sql, values)) as Promise<unknown>;

/** A different value for each column that must not change. */
const otherValues: Record<string, string> = {
  id: '999',
  user_id: '999',
  transaction_type: "'refund'",
  amount: 'amount + 1',
  description: "'better'",
  recipient_id: 'NULL',
  related_object_type: "'courses.lesson'",
  related_object_id: '7',
  sequence: '9',
  created_at: "'2020-01-01'",
  balance_after: '99',
  operation_id: "'x'",
  idempotency_key: 'NULL',
  request_hash: "'x'",
  reward_epoch: '1',
  reverses_id: '1',
  actor_id: '1',
};

test('the list of frozen columns covers all ledger columns except the two of the blockchain', async () => {
  const columns = school.database.dialect.dataSource
    .getMetadata(TeocoinTransaction)
    .columns.map(({ databaseName }) => databaseName);
  expect([...Object.keys(otherValues), 'blockchain_tx_hash', 'is_blockchain_confirmed'].sort()).toEqual(columns.sort());
});

test.each(Object.entries(otherValues))('an UPDATE of the ledger column %s is refused', async (column, value) => {
  const before = await rowsAfter(school);
  const updateSql = `UPDATE ${table} SET ${column} = ${value} WHERE id = `;
  await expect(runInTransaction(`${updateSql}$1`, [sentRow.id])).rejects.toThrow(appendOnlyMessage);
  await expect(runDirectly(`${updateSql}${sentRow.id}`)).rejects.toThrow(appendOnlyMessage);
  expect(await rowsAfter(school)).toEqual(before);
});

test('an UPDATE that sets the same values is allowed', async () => {
  expect(
    await runInTransaction(
      `UPDATE ${table} SET amount = amount, recipient_id = recipient_id, actor_id = NULL WHERE id = $1`,
      [sentRow.id],
    ),
  ).toBe(1);
});

describe('removing or replacing ledger rows', () => {
  afterEach(async () => expect((await rowsAfter(school)).length).toBe(3));

  test('DELETE of a ledger row is refused', async () => {
    await expect(runInTransaction(`DELETE FROM ${table} WHERE id = $1`, [sentRow.id])).rejects.toThrow(
      appendOnlyMessage,
    );
    await expect(runDirectly(`DELETE FROM ${table}`)).rejects.toThrow(appendOnlyMessage);
  });

  test('ON CONFLICT DO UPDATE of a ledger row is refused', async () => {
    const columns =
      'id, user_id, transaction_type, amount, description, created_at, sequence, balance_after, operation_id';
    const values = `${sentRow.id}, ${ann.id}, 'refund', 1, '', '2026-01-01', 99, 1, 'x'`;
    const sql = `INSERT INTO ${table} (${columns}) VALUES (${values}) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount`;
    await expect(runDirectly(sql)).rejects.toThrow(appendOnlyMessage);
  });

  if (testEngine() === 'postgres')
    test('TRUNCATE of the ledger is refused, with and without CASCADE', async () => {
      await expect(runDirectly(`TRUNCATE ${table}`)).rejects.toThrow(/append-only|foreign key/);
      await expect(runDirectly(`TRUNCATE ${table} CASCADE`)).rejects.toThrow(appendOnlyMessage);
      await expect(runDirectly(`TRUNCATE users_user CASCADE`)).rejects.toThrow(appendOnlyMessage);
    });

  if (testEngine() === 'sqlite')
    test.each(['INSERT OR REPLACE', 'REPLACE'])(
      '%s, which would delete a conflicting ledger row, is refused',
      async (insert) => {
        const columns =
          'id, user_id, transaction_type, amount, description, created_at, sequence, balance_after, operation_id';
        const commonValues = "'refund', 1, '', '2026-01-01'";
        const sameId = `${sentRow.id}, ${ann.id}, ${commonValues}, 99, 1, 'x'`;
        const sameSequence = `NULL, ${ann.id}, ${commonValues}, ${sentRow.sequence}, 1, 'x'`;
        for (const values of [sameId, sameSequence]) {
          const sql = `${insert} INTO ${table} (${columns}) VALUES (${values})`;
          await expect(runInTransaction(sql)).rejects.toThrow(appendOnlyMessage);
          await expect(runDirectly(sql)).rejects.toThrow(appendOnlyMessage);
        }
      },
    );

  test('deleting a user who has ledger rows is refused', async () => {
    for (const { id } of [ann, bob]) {
      await expect(runInTransaction('DELETE FROM users_user WHERE id = $1', [id])).rejects.toThrow(/foreign key/i);
      await expect(runDirectly(`DELETE FROM users_user WHERE id = ${id}`)).rejects.toThrow(/foreign key/i);
    }
  });

  test('the ORM cannot change or remove a ledger row', async () => {
    const orm = school.database.dialect.dataSource.getRepository(TeocoinTransaction);
    const storedRow = await orm.findOneByOrFail({ id: sentRow.id });
    await expect(unguarded(() => orm.save({ ...storedRow, amount: 1 }))).rejects.toThrow(appendOnlyMessage);
    await expect(unguarded(() => orm.update(sentRow.id, { description: 'better' }))).rejects.toThrow(appendOnlyMessage);
    await expect(unguarded(() => orm.remove({ ...storedRow }))).rejects.toThrow(appendOnlyMessage);
    await expect(unguarded(() => orm.delete(sentRow.id))).rejects.toThrow(appendOnlyMessage);
  });
});

test('the ORM does not write the balance columns of a user', async () => {
  const userEntity = school.database.dialect.dataSource.entityMetadatas.find(
    ({ tableName }) => tableName === 'users_user',
  )!;
  const orm = school.database.dialect.dataSource.getRepository(userEntity.target);
  await unguarded(() =>
    orm.save({ ...(orm.create() as object), id: bob.id, bio: 'Paints.', teoCoins: 1_000, teoSequence: 0 }),
  );
  await unguarded(() => orm.update(bob.id, { bio: 'Paints.', teoCoins: 1_000 } as object));
  expect((await bob.get('/me/coins')).body).toMatchObject({ balance: 10, transactionCount: 1 });
});

test('the transaction hash can change until it is confirmed, and a confirmation is final', async () => {
  const setChainState = (txHash: string, confirmed: boolean) =>
    runInTransaction(`UPDATE ${table} SET blockchain_tx_hash = $2, is_blockchain_confirmed = $3 WHERE id = $1`, [
      sentRow.id,
      txHash,
      confirmed,
    ]);
  await expect(setChainState('', true)).rejects.toThrow(/rewards_teocointransaction_confirmed/);
  await expect(setChainState('0xshort', false)).rejects.toThrow(/rewards_teocointransaction_hash_length/);
  for (const replacement of [hash, otherHash, '', hash]) expect(await setChainState(replacement, false)).toBe(1);
  expect(await setChainState(hash, true)).toBe(1);
  expect(await setChainState(hash, true)).toBe(1);
  await expect(setChainState(hash, false)).rejects.toThrow(appendOnlyMessage);
  await expect(setChainState('', true)).rejects.toThrow(appendOnlyMessage);
  await expect(setChainState(otherHash, true)).rejects.toThrow(appendOnlyMessage);
  await expect(
    runInTransaction(`UPDATE ${table} SET is_blockchain_confirmed = $2, amount = 1 WHERE id = $1`, [sentRow.id, true]),
  ).rejects.toThrow(appendOnlyMessage);
});

describe('the check of the triggers at the start', () => {
  test('the check finds no possible change and leaves no test row behind', async () => {
    const before = await rowsAfter(school, -10);
    expect(await school.part(LedgerGuard).findPossibleChanges()).toEqual([]);
    expect(await rowsAfter(school, -10)).toEqual(before);
    expect(await school.database.rows({}, 'SELECT id FROM users_user WHERE id < 0')).toEqual([]);
  });

  test.each(['update', 'delete'])(
    'the application does not start if the %s trigger of the ledger is missing',
    async (event) => {
      const unprotected = await School.open();
      const tableClauseSql = testEngine() === 'postgres' ? ` ON ${table}` : '';
      await unguarded(() =>
        unprotected.database.dialect.dataSource.query(`DROP TRIGGER rewards_ledger_${event}${tableClauseSql}`),
      );
      await unprotected.close();
      await expect(School.open({ url: unprotected.url })).rejects.toThrow(
        `not append-only: ${event.toUpperCase()} was possible`,
      );
    },
    60_000,
  );
});
