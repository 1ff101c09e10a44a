import { LedgerAudit } from '../../src/modules/rewards';
import { bool, int, nullable, text, type Row } from '../../src/platform/database/columns';
import { School } from '../support/school';
import { OperationRunner } from './operation-runner';
import { OperationPicker, random, type Operation } from './random-operations';
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
type ComparedRow = Row<typeof rowShape>;
const rowsAfterSql = `SELECT id, user_id AS "userId", transaction_type AS type, amount, description, recipient_id AS "recipientId",
    related_object_type AS "objectType", related_object_id AS "objectId", reward_epoch AS epoch, sequence,
    balance_after AS "balanceAfter", operation_id AS "operationId", idempotency_key AS key, reverses_id AS "reversesId",
    blockchain_tx_hash AS hash, is_blockchain_confirmed AS confirmed
  FROM rewards_teocointransaction WHERE id > $1 ORDER BY id`;
/** The new rows of one operation. No operation writes 50 rows, and without the limit PostgreSQL would read the whole table. */
const newRowsSql = `${rowsAfterSql} LIMIT 50`;

/** Runs each operation on the ledger and on the reference ledger, and compares the results. */
export class ComparedLedger {
  private readonly reference = new ReferenceLedger(peopleCount);
  private readonly picker: OperationPicker;
  private readonly userIds: number[] = [];
  /** Each ledger row as the database returned it after it was added, in the order of the reference. */
  private readonly knownRows: ComparedRow[] = [];
  private readonly operationIds = new Map<number, string>();
  private lastKnownId = 0;
  private runner: OperationRunner;
  readonly outcomeCounts = { done: 0, refused: 0, unchanged: 0 };

  private constructor(
    private readonly school: School,
    seed: number,
  ) {
    this.picker = new OperationPicker(random(seed), this.reference);
  }

  static async open(seed: number): Promise<ComparedLedger> {
    const school = await School.open();
    const compared = new ComparedLedger(school, seed);
    const staff = await school.admin();
    const ids = {
      person: (number: number): number => compared.userIds[number]!,
      row: (number: number): number => compared.knownRows[number]!.id,
    };
    compared.runner = new OperationRunner(school, ids, staff.id);
    for (let index = 0; index < peopleCount; index++) compared.userIds.push((await school.student()).id);
    return compared;
  }

  close = (): Promise<void> => this.school.close();

  /** @throws Error with the operation if the ledger and the reference differ */
  async step(): Promise<void> {
    const operation = this.picker.operation();
    try {
      const expected = this.runOnReference(operation);
      const expectedRefusal = 'refused' in expected ? expected.refused : null;
      const addedRows = 'added' in expected ? expected.added : [];
      const refusal = await this.runner.run(operation);
      expectSame(refusal, expectedRefusal, 'refusal');
      await this.compare(operation, addedRows);
      if (refusal !== null) this.outcomeCounts.refused += 1;
      else if (addedRows.length > 0) this.outcomeCounts.done += 1;
      else this.outcomeCounts.unchanged += 1;
    } catch (error) {
      throw new Error(`${JSON.stringify(operation)}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Compares each row of the table with its state after it was added, and runs the audit. */
  async compareAll(): Promise<void> {
    const storedRows = await this.school.database.rows(rowShape, rowsAfterSql, [0]);
    const rowById = new Map(storedRows.map((row) => [row.id, row]));
    expectSame(storedRows.length, this.reference.rows.length, 'number of rows');
    for (const row of this.knownRows) expectSame(rowById.get(row.id), row, `row ${row.id}`);
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
      case 'set_chain_state':
        return reference.setChainState(operation.row, operation.hash, operation.confirmed);
      case 'tamper':
        return { refused: 'append-only' };
    }
  }

  private async compare(operation: Operation, addedRows: readonly ReferenceRow[]): Promise<void> {
    const { database } = this.school;
    const [personStates, newRows] = await Promise.all([
      database.rows(personStateShape, personStatesSql),
      database.rows(rowShape, newRowsSql, [this.lastKnownId]),
    ]);
    this.comparePeople(personStates);
    this.compareRows(newRows, addedRows);
    if (operation.kind === 'set_chain_state') await this.compareChainState(operation.row);
  }

  private comparePeople(personStates: readonly Row<typeof personStateShape>[]): void {
    const stateById = new Map(personStates.map((state) => [state.userId, state]));
    for (const [number, { balance, rowCount: last, earned }] of this.reference.people.entries()) {
      const userId = this.userIds[number]!;
      expectSame(stateById.get(userId), { userId, balance, last, earned }, `person ${number}`);
    }
  }

  private compareRows(newRows: readonly ComparedRow[], addedRows: readonly ReferenceRow[]): void {
    expectSame(newRows.length, addedRows.length, 'number of new rows');
    for (const row of addedRows) {
      const userId = this.userIds[row.person];
      const newRow = newRows.find((candidate) => candidate.userId === userId && candidate.sequence === row.sequence);
      if (!newRow) throw new Error(`The ledger has no row ${row.sequence} of person ${row.person}`);
      expectSame(newRow, this.expectedRow(row, newRow), 'row');
      this.knownRows.push(newRow);
      this.lastKnownId = Math.max(this.lastKnownId, newRow.id);
    }
  }

  private async compareChainState(rowNumber: number): Promise<void> {
    const sql = rowsAfterSql.replace('id > $1', 'id = $1');
    const row = await this.school.database.row(rowShape, sql, [this.knownRows[rowNumber]!.id]);
    const { hash, confirmed } = this.reference.rows[rowNumber]!;
    expectSame(row, { ...this.knownRows[rowNumber]!, hash, confirmed }, 'set_chain_state');
    this.knownRows[rowNumber] = row as ComparedRow;
  }

  /** The row that the database must return for a row of the reference. The database chooses the id. */
  private expectedRow(row: ReferenceRow, { id, operationId }: ComparedRow): ComparedRow {
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
      userId: this.userIds[row.person]!,
      recipientId: row.recipient === null ? null : this.userIds[row.recipient]!,
      operationId: this.operationOf(row, operationId),
      reversesId: row.reverses === null ? null : this.knownRows[row.reverses]!.id,
    };
  }

  private objectOf({ object, reverses }: ReferenceRow): Pick<ComparedRow, 'objectType' | 'objectId'> {
    if (object === null) return { objectType: null, objectId: null };
    const [objectType, objectNumber] = object.split(' ') as [string, string];
    if (reverses !== null) return { objectType, objectId: this.knownRows[reverses]!.id };
    return { objectType, objectId: Number(objectNumber) };
  }

  /** The first row of an operation sets the operation id, and the other rows of the operation must have the same one. */
  private operationOf({ operation }: ReferenceRow, operationId: string): string {
    const firstOperationId = this.operationIds.get(operation) ?? operationId;
    this.operationIds.set(operation, firstOperationId);
    return firstOperationId;
  }
}

/** Replaces Jest's `expect`, because a call of `expect` takes 50 µs and this test makes millions of calls. */
function expectSame(actual: unknown, expected: unknown, subject: string): void {
  if (actual === expected || isSame(actual, expected)) return;
  throw new Error(`${subject}: found ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
}

function isSame(actual: unknown, expected: unknown): boolean {
  if (!isRecord(actual) || !isRecord(expected)) return false;
  const names = Object.keys(expected);
  if (names.length !== Object.keys(actual).length) return false;
  return names.every((name) => actual[name] === expected[name]);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
