import { LedgerAudit } from '../../src/modules/rewards';
import { bool, int, nullable, text, type Row } from '../../src/platform/database/columns';
import { School } from '../support/school';
import { OperationRunner } from './operation-runner';
import { Picker, random, type Operation } from './random-operations';
import { ReferenceLedger, type Outcome, type ReferenceRow } from './reference-ledger';

const peopleCount = 12;

const personStateShape = { userId: int, balance: int, last: int, earned: int };
const personStatesSql = `SELECT u.id AS "userId", u.teo_coins AS balance, u.teo_sequence AS last, p.total_teocoins_earned AS earned
  FROM users_user u JOIN users_userprogress p ON p.user_id = u.id`;

const rowShape = {
  id: int,
  userId: int,
  type: text,
  amount: int,
  description: text,
  recipientId: nullable(int),
  objectType: nullable(text),
  objectId: nullable(int),
  epoch: int,
  sequence: int,
  balanceAfter: int,
  operationId: text,
  key: nullable(text),
  reversesId: nullable(int),
  hash: text,
  confirmed: bool,
};
type FoundRow = Row<typeof rowShape>;
const rowsAfterSql = `SELECT id, user_id AS "userId", transaction_type AS type, amount, description, recipient_id AS "recipientId",
    related_object_type AS "objectType", related_object_id AS "objectId", reward_epoch AS epoch, sequence,
    balance_after AS "balanceAfter", operation_id AS "operationId", idempotency_key AS key, reverses_id AS "reversesId",
    blockchain_tx_hash AS hash, is_blockchain_confirmed AS confirmed
  FROM rewards_teocointransaction WHERE id > $1 ORDER BY id`;
/** No operation writes 50 rows. Without the limit PostgreSQL would read the whole table after each operation. */
const newRowsSql = `${rowsAfterSql} LIMIT 50`;

/** Runs each operation on the ledger and on the reference ledger, and compares the results. */
export class ComparedLedger {
  private readonly reference = new ReferenceLedger(peopleCount);
  private readonly picker: Picker;
  private readonly people: number[] = [];
  /** Each row as the database returned it after it was added, in the order of the reference. */
  private readonly rows: FoundRow[] = [];
  private readonly operations = new Map<number, string>();
  private lastKnownId = 0;
  private runner: OperationRunner;
  readonly tally = { done: 0, refused: 0, unchanged: 0 };

  private constructor(
    private readonly school: School,
    seed: number,
  ) {
    this.picker = new Picker(random(seed), this.reference);
  }

  static async open(seed: number): Promise<ComparedLedger> {
    const school = await School.open();
    const compared = new ComparedLedger(school, seed);
    const staff = await school.admin();
    const ids = {
      person: (number: number): number => compared.people[number]!,
      row: (number: number): number => compared.rows[number]!.id,
    };
    compared.runner = new OperationRunner(school, ids, staff.id);
    for (let i = 0; i < peopleCount; i++) compared.people.push((await school.student()).id);
    return compared;
  }

  close = (): Promise<void> => this.school.close();

  /** @throws Error with the operation if the ledger and the reference differ */
  async step(): Promise<void> {
    const operation = this.picker.operation();
    try {
      const expected = this.runOnReference(operation);
      const refusal = await this.runner.run(operation);
      expectSame(refusal, 'refused' in expected ? expected.refused : null, 'refusal');
      const added = 'added' in expected ? expected.added : [];
      await this.compare(operation, added);
      this.tally[refusal !== null ? 'refused' : added.length > 0 ? 'done' : 'unchanged'] += 1;
    } catch (error) {
      throw new Error(`${JSON.stringify(operation)}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Compares each row of the table with its first state, and runs the audit. */
  async compareAll(): Promise<void> {
    const found = await this.school.database.rows(rowShape, rowsAfterSql, [0]);
    const byId = new Map(found.map((row) => [row.id, row]));
    expectSame(found.length, this.reference.rows.length, 'number of rows');
    for (const row of this.rows) expectSame(byId.get(row.id), row, `row ${row.id}`);
    const { violations } = await this.school.part(LedgerAudit).run();
    expectSame(JSON.stringify(violations), '[]', 'audit');
  }

  private runOnReference(operation: Operation): Outcome {
    const { reference } = this;
    switch (operation.kind) {
      case 'reward':
        return reference.reward(operation.claims);
      case 'transfer':
        return reference.transfer(operation.from, operation.to, operation.amount, operation.message, operation.key);
      case 'give':
        return reference.give(operation.people, operation.amount);
      case 'adjust':
        return reference.adjust(operation.person, operation.amount);
      case 'post':
        return reference.post(operation.person, operation.type, operation.amount);
      case 'reverse':
        return reference.reverse(operation.row);
      case 'mirror':
        return reference.mirror(operation.row, operation.hash, operation.confirmed);
      case 'tamper':
        return { refused: 'append-only' };
    }
  }

  private async compare(operation: Operation, added: readonly ReferenceRow[]): Promise<void> {
    const { database } = this.school;
    const [personStates, rows] = await Promise.all([
      database.rows(personStateShape, personStatesSql),
      database.rows(rowShape, newRowsSql, [this.lastKnownId]),
    ]);
    this.comparePeople(personStates);
    this.compareRows(rows, added);
    if (operation.kind === 'mirror') await this.compareMirror(operation.row);
  }

  private comparePeople(found: readonly Row<typeof personStateShape>[]): void {
    const byId = new Map(found.map((row) => [row.userId, row]));
    for (const [number, { balance, rows: last, earned }] of this.reference.people.entries()) {
      const userId = this.people[number]!;
      expectSame(byId.get(userId), { userId, balance, last, earned }, `person ${number}`);
    }
  }

  private compareRows(found: readonly FoundRow[], added: readonly ReferenceRow[]): void {
    expectSame(found.length, added.length, 'number of new rows');
    for (const row of added) {
      const userId = this.people[row.person];
      const match = found.find((one) => one.userId === userId && one.sequence === row.sequence);
      if (!match) throw new Error(`no row ${row.sequence} of person ${row.person}`);
      expectSame(match, this.expectedRow(row, match), 'row');
      this.rows.push(match);
      this.lastKnownId = Math.max(this.lastKnownId, match.id);
    }
  }

  private async compareMirror(number: number): Promise<void> {
    const sql = rowsAfterSql.replace('id > $1', 'id = $1');
    const row = await this.school.database.row(rowShape, sql, [this.rows[number]!.id]);
    const { hash, confirmed } = this.reference.rows[number]!;
    expectSame(row, { ...this.rows[number]!, hash, confirmed }, 'mirror');
    this.rows[number] = row as FoundRow;
  }

  /** The row that the database must return for a row of the reference. The database chooses the id. */
  private expectedRow(row: ReferenceRow, { id, operationId }: FoundRow): FoundRow {
    const { type, amount, description, epoch, sequence, balanceAfter, key, hash, confirmed } = row;
    const { objectType, objectId } = this.objectOf(row);
    return {
      id,
      type,
      amount,
      description,
      epoch,
      sequence,
      balanceAfter,
      key,
      hash,
      confirmed,
      objectType,
      objectId,
      userId: this.people[row.person]!,
      recipientId: row.recipient === null ? null : this.people[row.recipient]!,
      operationId: this.operationOf(row, operationId),
      reversesId: row.reverses === null ? null : this.rows[row.reverses]!.id,
    };
  }

  private objectOf({ object, reverses }: ReferenceRow): Pick<FoundRow, 'objectType' | 'objectId'> {
    const [objectType = null, number = null] = object?.split(' ') ?? [];
    if (reverses !== null) return { objectType, objectId: this.rows[reverses]!.id };
    return { objectType, objectId: number === null ? null : Number(number) };
  }

  /** The first row of an operation sets the operation id, and the other rows of the operation must have the same one. */
  private operationOf({ operation }: ReferenceRow, operationId: string): string {
    const known = this.operations.get(operation) ?? operationId;
    this.operations.set(operation, known);
    return known;
  }
}

/** Replaces Jest's `expect`, because a call of `expect` takes 50 µs and this test makes millions of calls. */
function expectSame(found: unknown, expected: unknown, what: string): void {
  if (found === expected || isSame(found, expected)) return;
  throw new Error(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}

function isSame(found: unknown, expected: unknown): boolean {
  if (!isRecord(found) || !isRecord(expected)) return false;
  const names = Object.keys(expected);
  return names.length === Object.keys(found).length && names.every((name) => found[name] === expected[name]);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
