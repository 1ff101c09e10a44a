import { DecisionToPay1764000007310 } from '../../../migrations/1764000007310-decision-to-pay';
import { widenToBigint } from '../../../src/platform/database/schema/schema-changes';
import { unguarded } from '../../../src/platform/database/statements/write-guard';
import { testEngine } from '../../support/database-url';
import { School } from '../../support/school';

let school: School;
beforeAll(async () => {
  school = await School.open();
}, 60_000);
afterAll(() => school.close());

async function changing<T>(work: (runner: any) => Promise<T>): Promise<T> {
  const runner = school.database.dialect.dataSource.createQueryRunner();
  try {
    return await unguarded(() => work(runner));
  } finally {
    await runner.release();
  }
}

it('a migration that cannot be reverted because of stored decisions leaves its check constraints in place', async () => {
  const { id } = await school.admin();
  const write = (sql: string, values: (number | Date)[] = []): Promise<number> =>
    school.database.transaction(() => school.database.run(sql, values));
  const decide = (action: string): Promise<number> =>
    write(
      `INSERT INTO rewards_chain_decision (hot_wallet_id, action, reason, actor_id, decided_at)
       VALUES ((SELECT id FROM rewards_hot_wallet), '${action}', 'x', $1, $2)`,
      [id, new Date()],
    );
  await write(
    `INSERT INTO rewards_hot_wallet (address, first_nonce, next_nonce, head_nonce, final_nonce)
     VALUES ('0x${'a'.repeat(40)}', 0, 0, 0, 0)`,
  );
  await decide('pay');
  const down = changing((runner) => new DecisionToPay1764000007310().down(runner));
  await expect(down).rejects.toThrow('decisions to pay');
  await expect(decide('nonsense')).rejects.toThrow(/action_listed/);
  expect(await decide('pay')).toBe(1);
});

if (testEngine() === 'postgres')
  it('widenToBigint changes the table of the current schema and not the table with the same name in another schema', async () => {
    const types = await changing(async (runner) => {
      await runner.query('CREATE TABLE twin (n bigint); CREATE SCHEMA aside; CREATE TABLE aside.twin (n integer)');
      await runner.query('SET search_path TO aside');
      await widenToBigint(runner, 'twin', 'n');
      await runner.query('RESET search_path');
      const sql = `SELECT data_type AS type FROM information_schema.columns WHERE table_name = 'twin' ORDER BY table_schema`;
      const found = await runner.query(sql);
      await runner.query('DROP SCHEMA aside CASCADE; DROP TABLE twin');
      return found;
    });
    expect(types).toEqual([{ type: 'bigint' }, { type: 'bigint' }]);
  });
