import { int, nullable, text, textOf, type Row } from '../../src/platform/database/columns';
import { Earnings, LedgerAudit, signOf, type TransactionType } from '../../src/modules/rewards';
import type { School } from '../support/school';

const shape = {
  id: int,
  userId: int,
  sequence: int,
  type: textOf<TransactionType>(),
  amount: int,
  balanceAfter: int,
  description: text,
  operationId: text,
  recipientId: nullable(int),
  reversesId: nullable(int),
  actorId: nullable(int),
};
export type LedgerRow = Row<typeof shape>;

/** Reads the ledger rows with an id above `lastId`, oldest first. */
export function rowsAfter(school: School, lastId = 0): Promise<LedgerRow[]> {
  return school.database.rows(
    shape,
    `SELECT id, user_id AS "userId", sequence, transaction_type AS type, amount, balance_after AS "balanceAfter", description,
       operation_id AS "operationId", recipient_id AS "recipientId", reverses_id AS "reversesId", actor_id AS "actorId"
     FROM rewards_teocointransaction WHERE id > $1 ORDER BY id`,
    [lastId],
  );
}

export const signedAmountOf = ({ type, amount }: Pick<LedgerRow, 'type' | 'amount'>): number => signOf(type) * amount;

export async function rowsOf(school: School, userId: number): Promise<LedgerRow[]> {
  return (await rowsAfter(school)).filter((row) => row.userId === userId);
}

export async function balanceOf(school: School, userId: number): Promise<number> {
  const sql = 'SELECT teo_coins AS balance FROM users_user WHERE id = $1';
  const row = await school.database.row({ balance: int }, sql, [userId]);
  return row!.balance;
}

/** Gives a person coins for the test, as a manual reward. */
export async function endow(school: School, userId: number, amount: number): Promise<void> {
  await school.part(Earnings).give([{ userId, type: 'manual_reward', amount, description: 'to begin with' }]);
}

export async function expectNoViolations(school: School): Promise<void> {
  const { violations } = await school.part(LedgerAudit).run();
  expect(violations).toEqual([]);
}

/** The invariants I9 to I15. */
const chainInvariantPattern = /^I(?:9|1\d)$/;

/** Ignores the invariants of the chain, for tests whose chain data does not match the ledger. */
export async function expectNoLedgerViolations(school: School): Promise<void> {
  const { violations } = await school.part(LedgerAudit).run();
  const ledgerViolations = violations.filter(({ invariant }) => !chainInvariantPattern.test(invariant));
  expect(ledgerViolations).toEqual([]);
}

const tables = [
  'users_user',
  'users_userprogress',
  'rewards_teocointransaction',
  'rewards_achievement',
  'rewards_wallet',
  'rewards_withdrawal',
  'rewards_deposit',
  'platform_outbox',
  'platform_idempotency',
] as const;

/** The content of all tables that an operation on coins can change. Tests compare it before and after a refusal. */
export async function tableContents(school: School): Promise<Record<string, unknown[]>> {
  const contents: Record<string, unknown[]> = {};
  for (const table of tables) contents[table] = await rowsOfTable(school, table);
  return contents;
}

async function rowsOfTable(school: School, table: string): Promise<unknown[]> {
  const columns = school.database.dialect.dataSource.entityMetadatas
    .find(({ tableName }) => tableName === table)!
    .columns.map(({ databaseName }) => databaseName);
  const textShape = Object.fromEntries(columns.map((column) => [column, (value: unknown) => JSON.stringify(value)]));
  const columnsSql = columns.map((name) => `"${name}"`).join(', ');
  return school.database.rows(textShape, `SELECT ${columnsSql} FROM ${table} ORDER BY id`);
}
