import { LedgerAudit } from '../../src/modules/rewards';
import { bool, int, nullable, text, type Row } from '../../src/platform/database/columns';
import { School } from '../support/school';
import { Performer } from './operation-runner';
import { Picker, random, type Operation } from './random-operations';
import { ReferenceLedger, type Outcome, type ReferenceRow } from './reference-ledger';

const peopleInPlay = 12;

const standingShape = { userId: int, balance: int, last: int, earned: int };
const standing = `SELECT u.id AS "userId", u.teo_coins AS balance, u.teo_sequence AS last, p.total_teocoins_earned AS earned
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
const rowsAfter = `SELECT id, user_id AS "userId", transaction_type AS type, amount, description, recipient_id AS "recipientId",
    related_object_type AS "objectType", related_object_id AS "objectId", reward_epoch AS epoch, sequence,
    balance_after AS "balanceAfter", operation_id AS "operationId", idempotency_key AS key, reverses_id AS "reversesId",
    blockchain_tx_hash AS hash, is_blockchain_confirmed AS confirmed
  FROM rewards_teocointransaction WHERE id > $1 ORDER BY id`;
/** No operation writes as many; without a limit PostgreSQL reads the whole table each time. */
const newRows = `${rowsAfter} LIMIT 50`;

/** The ledger beside its reference: each operation goes to both, and both must say the same. */
export class JudgedLedger {
  private readonly reference = new ReferenceLedger(peopleInPlay);
  private readonly picker: Picker;
  private readonly people: number[] = [];
  /** Every row as the database showed it when it was new, in the order of the reference. */
  private readonly rows: FoundRow[] = [];
  private readonly operations = new Map<number, string>();
  private known = 0;
  private performer: Performer;
  readonly tally = { done: 0, refused: 0, nothing: 0 };

  private constructor(
    private readonly school: School,
    seed: number,
  ) {
    this.picker = new Picker(random(seed), this.reference);
  }

  static async open(seed: number): Promise<JudgedLedger> {
    const school = await School.open();
    const judged = new JudgedLedger(school, seed);
    const staff = await school.admin();
    const ids = {
      person: (number: number): number => judged.people[number]!,
      row: (number: number): number => judged.rows[number]!.id,
    };
    judged.performer = new Performer(school, ids, staff.id);
    for (let i = 0; i < peopleInPlay; i++) judged.people.push((await school.student()).id);
    return judged;
  }

  close = (): Promise<void> => this.school.close();

  /** @throws with the operation in words when the ledger and its reference differ */
  async step(): Promise<void> {
    const operation = this.picker.operation();
    try {
      const expected = this.refer(operation);
      const refusal = await this.performer.perform(operation);
      expectSame(refusal, 'refused' in expected ? expected.refused : null, 'refusal');
      const added = 'added' in expected ? expected.added : [];
      await this.compare(operation, added);
      this.tally[refusal !== null ? 'refused' : added.length > 0 ? 'done' : 'nothing'] += 1;
    } catch (error) {
      throw new Error(`${JSON.stringify(operation)}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** The whole table against what it was row by row, and the audit over it. */
  async proveAll(): Promise<void> {
    const found = await this.school.database.rows(rowShape, rowsAfter, [0]);
    const byId = new Map(found.map((row) => [row.id, row]));
    expectSame(found.length, this.reference.rows.length, 'number of rows');
    for (const row of this.rows) expectSame(byId.get(row.id), row, `row ${row.id}`);
    const { violations } = await this.school.part(LedgerAudit).run();
    expectSame(JSON.stringify(violations), '[]', 'audit');
  }

  private refer(operation: Operation): Outcome {
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
    const [standings, rows] = await Promise.all([
      database.rows(standingShape, standing),
      database.rows(rowShape, newRows, [this.known]),
    ]);
    this.compareStandings(standings);
    this.compareRows(rows, added);
    if (operation.kind === 'mirror') await this.compareMirror(operation.row);
  }

  private compareStandings(found: readonly Row<typeof standingShape>[]): void {
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
      expectSame(match, this.shown(row, match), 'row');
      this.rows.push(match);
      this.known = Math.max(this.known, match.id);
    }
  }

  private async compareMirror(number: number): Promise<void> {
    const sql = rowsAfter.replace('id > $1', 'id = $1');
    const row = await this.school.database.row(rowShape, sql, [this.rows[number]!.id]);
    const { hash, confirmed } = this.reference.rows[number]!;
    expectSame(row, { ...this.rows[number]!, hash, confirmed }, 'mirror');
    this.rows[number] = row as FoundRow;
  }

  /** The reference's row as the database should show it; its id is the database's own to choose. */
  private shown(row: ReferenceRow, { id, operationId }: FoundRow): FoundRow {
    const { type, amount, description, epoch, sequence, balanceAfter, key, hash, confirmed } = row;
    const { objectType, objectId } = this.objectOf(row);
    return {
      ...{ id, type, amount, description, epoch, sequence, balanceAfter, key, hash, confirmed, objectType, objectId },
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

  /** An operation's first row brings its id, the others must have the same; rewards are counted one by one, booked in batches. */
  private operationOf({ operation }: ReferenceRow, operationId: string): string {
    const known = this.operations.get(operation) ?? operationId;
    this.operations.set(operation, known);
    return known;
  }
}

/** Jest's `expect` takes 50 µs a call: too much for millions of them. */
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
