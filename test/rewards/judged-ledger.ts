import { Earnings, Ledger, LedgerAudit, Transfers } from '../../src/modules/rewards';
import { Corrections } from '../../src/modules/rewards/corrections';
import { StaffRewards } from '../../src/modules/rewards/staff-rewards';
import { bool, int, nullable, text, type Row } from '../../src/platform/database/columns';
import { DomainError } from '../../src/platform/errors/domain-error';
import { School } from '../support/school';
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
  FROM rewards_teocointransaction WHERE id > $1`;

/** The ledger beside its reference: each operation goes to both, and both must say the same. */
export class JudgedLedger {
  private readonly reference = new ReferenceLedger(peopleInPlay);
  private readonly picker: Picker;
  private readonly ids: number[] = [];
  /** Database ids of the reference's rows, and the other way round. */
  private readonly rowIds: number[] = [];
  private readonly operationIds = new Map<number, string>();
  private known = 0;
  readonly tally = { done: 0, refused: 0, nothing: 0 };

  private constructor(
    private readonly school: School,
    private readonly staffId: number,
    seed: number,
  ) {
    this.picker = new Picker(random(seed), this.reference);
  }

  static async open(seed: number): Promise<JudgedLedger> {
    const school = await School.open();
    const staff = await school.admin();
    const judged = new JudgedLedger(school, staff.id, seed);
    for (let i = 0; i < peopleInPlay; i++) judged.ids.push((await school.student()).id);
    return judged;
  }

  close = (): Promise<void> => this.school.close();

  /** @throws with the operation in words when the ledger and its reference differ */
  async step(): Promise<void> {
    const operation = this.picker.operation();
    try {
      const expected = this.refer(operation);
      const refusal = await this.perform(operation);
      await this.compare(operation, expected, refusal);
    } catch (error) {
      throw new Error(`${JSON.stringify(operation)}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** The whole table against the reference, row by row, and the audit over it. */
  async proveAll(): Promise<void> {
    const found = await this.school.database.rows(rowShape, rowsAfter, [0]);
    const expected = this.reference.rows.map((row, at) => ({ id: this.rowIds[at], ...this.inTheirTerms(row) }));
    const byId = new Map(found.map((row) => [row.id, row]));
    expectSame(found.length, expected.length, 'number of rows');
    for (const row of expected) expectSame(byId.get(row.id!), row, `row ${row.id}`);
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

  /** @returns the code of the refusal, or null */
  private async perform(operation: Operation): Promise<string | null> {
    try {
      await this.ask(operation);
      return null;
    } catch (error) {
      if (error instanceof DomainError) return error.code;
      if (String(error).includes('append-only')) return 'append-only';
      if (String(error).includes('rewards_teocointransaction_confirmed')) return 'no hash';
      throw error;
    }
  }

  private ask(operation: Operation): Promise<unknown> {
    const decision = { reason: 'because', actorId: this.staffId };
    switch (operation.kind) {
      case 'reward':
        return this.school.part(Earnings).reward(
          operation.claims.map(({ person, type, amount, object, epoch }) => ({
            ...{ userId: this.ids[person]!, type, amount, description: '', rewardEpoch: epoch },
            relatedObject: { type: 'things.thing', id: object },
          })),
        );
      case 'transfer': {
        const { from, to, amount, message, key } = operation;
        const order = { recipientId: to === null ? 999_999_999 : this.ids[to]!, amount, message };
        return this.school.part(Transfers).send(this.ids[from]!, order, key);
      }
      case 'give': {
        const [first, ...others] = operation.people.map((person) => this.ids[person]!) as [number, ...number[]];
        const gifts = this.school.part(StaffRewards);
        const gift = { ...decision, amount: operation.amount };
        return others.length === 0 ? gifts.giveOne(first, gift) : gifts.giveMany({ userIds: [first, ...others] }, gift);
      }
      case 'adjust':
        return this.school.part(Corrections).adjust(this.ids[operation.person]!, operation.amount, decision);
      case 'post': {
        const { person, type, amount } = operation;
        return this.school.part(Ledger).post([{ userId: this.ids[person]!, type, amount, description: '' }]);
      }
      case 'reverse':
        return this.school.part(Corrections).reverse(this.rowIds[operation.row]!, decision);
      case 'mirror':
        return this.write(
          'UPDATE rewards_teocointransaction SET blockchain_tx_hash = $2, is_blockchain_confirmed = $3 WHERE id = $1',
          [this.rowIds[operation.row]!, operation.hash, operation.confirmed],
        );
      case 'tamper':
        return this.tamper(this.rowIds[operation.row]!, operation.column);
    }
  }

  private tamper(id: number, column: string): Promise<unknown> {
    if (column === '') return this.write('DELETE FROM rewards_teocointransaction WHERE id = $1', [id]);
    const isText = ['transaction_type', 'description', 'operation_id', 'idempotency_key', 'request_hash'].includes(
      column,
    );
    const other = isText
      ? `COALESCE(${column}, '') || 'x'`
      : column === 'created_at'
        ? '$2'
        : `COALESCE(${column}, 0) + 1`;
    const values = column === 'created_at' ? [id, new Date(0)] : [id];
    return this.write(`UPDATE rewards_teocointransaction SET ${column} = ${other} WHERE id = $1`, values);
  }

  private write(sql: string, values: (number | string | boolean | Date)[]): Promise<number> {
    return this.school.database.transaction(() => this.school.database.run(sql, values));
  }

  private async compare(operation: Operation, expected: Outcome, refusal: string | null): Promise<void> {
    expectSame(refusal, 'refused' in expected ? expected.refused : null, 'refusal');
    const added = 'added' in expected ? expected.added : [];
    this.compareStandings(await this.school.database.rows(standingShape, standing));
    this.compareRows(await this.school.database.rows(rowShape, rowsAfter, [this.known]), added);
    this.tally[refusal !== null ? 'refused' : added.length > 0 ? 'done' : 'nothing'] += 1;
    if (operation.kind === 'mirror') return this.compareMirror(operation.row);
  }

  private compareStandings(found: readonly Row<typeof standingShape>[]): void {
    const byId = new Map(found.map((row) => [row.userId, row]));
    for (const [person, { balance, rows, earned }] of this.reference.people.entries()) {
      const row = byId.get(this.ids[person]!);
      if (row?.balance !== balance || row.last !== rows || row.earned !== earned)
        expectSame(
          { balance: row?.balance, last: row?.last, earned: row?.earned },
          { balance, last: rows, earned },
          `person ${person}`,
        );
    }
  }

  private compareRows(found: readonly FoundRow[], added: readonly ReferenceRow[]): void {
    expectSame(found.length, added.length, 'number of new rows');
    const byPlace = new Map(found.map((row) => [`${row.userId} ${row.sequence}`, row]));
    for (const row of added) {
      const match = byPlace.get(`${this.ids[row.person]} ${row.sequence}`);
      if (!match) throw new Error(`no row ${row.sequence} of person ${row.person}`);
      this.pair(row, match);
      expectSame(match, { id: match.id, ...this.inTheirTerms(row) }, 'row');
      this.known = Math.max(this.known, match.id);
    }
  }

  /** The ids of both sides belong together from here on; the legs of an operation share theirs. */
  private pair(row: ReferenceRow, match: FoundRow): void {
    this.rowIds[this.reference.rows.indexOf(row, -20)] = match.id;
    const operationId = this.operationIds.get(row.operation) ?? match.operationId;
    this.operationIds.set(row.operation, operationId);
  }

  private async compareMirror(row: number): Promise<void> {
    const sql =
      'SELECT blockchain_tx_hash AS hash, is_blockchain_confirmed AS confirmed FROM rewards_teocointransaction WHERE id = $1';
    const found = await this.school.database.row({ hash: text, confirmed: bool }, sql, [this.rowIds[row]!]);
    const { hash, confirmed } = this.reference.rows[row]!;
    expectSame(found, { hash, confirmed }, 'mirror');
  }

  private inTheirTerms(row: ReferenceRow): Omit<FoundRow, 'id'> {
    const { type, amount, description, epoch, sequence, balanceAfter, key, hash, confirmed } = row;
    const [objectType = null, object = null] = row.object?.split(' ') ?? [];
    const isTransaction = objectType === 'rewards.teocointransaction';
    return {
      ...{ type, amount, description, epoch, sequence, balanceAfter, key, hash, confirmed, objectType },
      userId: this.ids[row.person]!,
      recipientId: row.recipient === null ? null : this.ids[row.recipient]!,
      objectId: object === null ? null : isTransaction ? this.rowIds[Number(object)]! : Number(object),
      operationId: this.operationIds.get(row.operation)!,
      reversesId: row.reverses === null ? null : this.rowIds[row.reverses]!,
    };
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
