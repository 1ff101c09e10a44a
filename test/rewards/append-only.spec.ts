import { TeocoinTransaction } from '../../src/modules/rewards/ledger/teocoin-transaction.entity';
import { LedgerGuard } from '../../src/modules/rewards/ledger/ledger-guard';
import type { Value } from '../../src/platform/database/columns';
import { unguarded } from '../../src/platform/database/statements/write-guard';
import { testEngine } from '../support/database-url';
import { School, type Client } from '../support/school';
import { endow, rowsAfter, type LedgerRow } from './books';

let school: School;
let ann: Client;
let bob: Client;
let row: LedgerRow;
beforeAll(async () => {
  school = await School.open();
  [ann, bob] = [await school.student(), await school.student()];
  await endow(school, ann.id, 30);
  await ann.post('/coins/transfers', { recipientId: bob.id, amount: 10 }, { 'idempotency-key': 'k' });
  row = (await rowsAfter(school)).find(({ type }) => type === 'transfer_sent')!;
}, 60_000);
afterAll(() => school.close());

const table = 'rewards_teocointransaction';
const hash = `0x${'ab'.repeat(32)}`;
const appendOnly = /append-only/;

/** The way of the application. */
const run = (sql: string, values: Value[] = []) => school.database.transaction(() => school.database.run(sql, values));
/** The way of a script that goes around everything the application has. */
const bare = (sql: string, values: unknown[] = []) =>
  unguarded(() => school.database.dialect.dataSource.query(sql, values)) as Promise<unknown>;

const other: Record<string, string> = {
  ...{ id: '999', user_id: '999', transaction_type: "'refund'", amount: 'amount + 1', description: "'better'" },
  ...{ recipient_id: 'NULL', related_object_type: "'courses.lesson'", related_object_id: '7', sequence: '9' },
  ...{ created_at: "'2020-01-01'", balance_after: '99', operation_id: "'x'", idempotency_key: 'NULL' },
  ...{ request_hash: "'x'", reward_epoch: '1', reverses_id: '1', actor_id: '1' },
};

test('every column but two is frozen', async () => {
  const columns = school.database.dialect.dataSource
    .getMetadata(TeocoinTransaction)
    .columns.map(({ databaseName }) => databaseName);
  expect([...Object.keys(other), 'blockchain_tx_hash', 'is_blockchain_confirmed'].sort()).toEqual(columns.sort());
});

test.each(Object.entries(other))('%s cannot be changed', async (column, value) => {
  const before = await rowsAfter(school);
  const sql = `UPDATE ${table} SET ${column} = ${value} WHERE id = `;
  await expect(run(`${sql}$1`, [row.id])).rejects.toThrow(appendOnly);
  await expect(bare(`${sql}${row.id}`)).rejects.toThrow(appendOnly);
  expect(await rowsAfter(school)).toEqual(before);
});

test('an update that changes nothing is none', async () => {
  expect(
    await run(`UPDATE ${table} SET amount = amount, recipient_id = recipient_id, actor_id = NULL WHERE id = $1`, [
      row.id,
    ]),
  ).toBe(1);
});

describe('rows do not disappear', () => {
  afterEach(async () => expect((await rowsAfter(school)).length).toBe(3));

  test('by DELETE', async () => {
    await expect(run(`DELETE FROM ${table} WHERE id = $1`, [row.id])).rejects.toThrow(appendOnly);
    await expect(bare(`DELETE FROM ${table}`)).rejects.toThrow(appendOnly);
  });

  test('by ON CONFLICT DO UPDATE', async () => {
    const columns =
      'id, user_id, transaction_type, amount, description, created_at, sequence, balance_after, operation_id';
    const values = `${row.id}, ${ann.id}, 'refund', 1, '', '2026-01-01', 99, 1, 'x'`;
    const sql = `INSERT INTO ${table} (${columns}) VALUES (${values}) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount`;
    await expect(bare(sql)).rejects.toThrow(appendOnly);
  });

  if (testEngine() === 'postgres')
    test('by TRUNCATE, with or without what refers to it', async () => {
      await expect(bare(`TRUNCATE ${table}`)).rejects.toThrow(/append-only|foreign key/);
      await expect(bare(`TRUNCATE ${table} CASCADE`)).rejects.toThrow(appendOnly);
      await expect(bare(`TRUNCATE users_user CASCADE`)).rejects.toThrow(appendOnly);
    });

  if (testEngine() === 'sqlite')
    test.each(['INSERT OR REPLACE', 'REPLACE'])('by %s, which deletes what is in its way', async (insert) => {
      const columns =
        'id, user_id, transaction_type, amount, description, created_at, sequence, balance_after, operation_id';
      const rest = "1, '', '2026-01-01'";
      const sameId = `${row.id}, ${ann.id}, 'refund', ${rest}, 99, 1, 'x'`;
      const samePlace = `NULL, ${ann.id}, 'refund', ${rest}, ${row.sequence}, 1, 'x'`;
      for (const values of [sameId, samePlace]) {
        const sql = `${insert} INTO ${table} (${columns}) VALUES (${values})`;
        await expect(run(sql)).rejects.toThrow(appendOnly);
        await expect(bare(sql)).rejects.toThrow(appendOnly);
      }
    });

  test('with their person, sender or recipient', async () => {
    for (const { id } of [ann, bob]) {
      await expect(run('DELETE FROM users_user WHERE id = $1', [id])).rejects.toThrow(/foreign key/i);
      await expect(bare(`DELETE FROM users_user WHERE id = ${id}`)).rejects.toThrow(/foreign key/i);
    }
  });

  test('through the ORM', async () => {
    const orm = school.database.dialect.dataSource.getRepository(TeocoinTransaction);
    const found = await orm.findOneByOrFail({ id: row.id });
    await expect(unguarded(() => orm.save({ ...found, amount: 1 }))).rejects.toThrow(appendOnly);
    await expect(unguarded(() => orm.update(row.id, { description: 'better' }))).rejects.toThrow(appendOnly);
    await expect(unguarded(() => orm.remove({ ...found }))).rejects.toThrow(appendOnly);
    await expect(unguarded(() => orm.delete(row.id))).rejects.toThrow(appendOnly);
  });
});

test('a balance is not for the ORM to write', async () => {
  const people = school.database.dialect.dataSource.entityMetadatas.find(
    ({ tableName }) => tableName === 'users_user',
  )!;
  const orm = school.database.dialect.dataSource.getRepository(people.target);
  await unguarded(() =>
    orm.save({ ...(orm.create() as object), id: bob.id, bio: 'Paints.', teoCoins: 1_000, teoSequence: 0 }),
  );
  await unguarded(() => orm.update(bob.id, { bio: 'Paints.', teoCoins: 1_000 } as object));
  expect((await bob.get('/me/coins')).body).toMatchObject({ balance: 10, transactionCount: 1 });
});

test('the mirror of the blockchain moves forward only', async () => {
  const mirror = (txHash: string, confirmed: boolean) =>
    run(`UPDATE ${table} SET blockchain_tx_hash = $2, is_blockchain_confirmed = $3 WHERE id = $1`, [
      row.id,
      txHash,
      confirmed,
    ]);
  await expect(mirror('', true)).rejects.toThrow(/rewards_teocointransaction_confirmed/);
  await expect(mirror('0xshort', false)).rejects.toThrow(/rewards_teocointransaction_hash_length/);
  for (const replacement of [hash, `0x${'cd'.repeat(32)}`, '', hash]) expect(await mirror(replacement, false)).toBe(1);
  expect(await mirror(hash, true)).toBe(1);
  expect(await mirror(hash, true)).toBe(1);
  await expect(mirror(hash, false)).rejects.toThrow(appendOnly);
  await expect(mirror('', true)).rejects.toThrow(appendOnly);
  await expect(mirror(`0x${'cd'.repeat(32)}`, true)).rejects.toThrow(appendOnly);
  await expect(
    run(`UPDATE ${table} SET is_blockchain_confirmed = $2, amount = 1 WHERE id = $1`, [row.id, true]),
  ).rejects.toThrow(appendOnly);
});

describe('at its start the application', () => {
  test('finds the ledger protected, and leaves no trace of looking', async () => {
    const before = await rowsAfter(school, -10);
    expect(await school.part(LedgerGuard).findPossibleChanges()).toEqual([]);
    expect(await rowsAfter(school, -10)).toEqual(before);
    expect(await school.database.rows({}, 'SELECT id FROM users_user WHERE id < 0')).toEqual([]);
  });

  test.each(['update', 'delete'])(
    'refuses to run on a ledger without its %s trigger',
    async (event) => {
      const damaged = await School.open();
      const on = testEngine() === 'postgres' ? ` ON ${table}` : '';
      await unguarded(() => damaged.database.dialect.dataSource.query(`DROP TRIGGER rewards_ledger_${event}${on}`));
      await damaged.close();
      await expect(School.open({ url: damaged.url })).rejects.toThrow(
        `not append-only: ${event.toUpperCase()} was possible`,
      );
    },
    60_000,
  );
});
