import { signOf, type TransactionType } from '../../src/modules/rewards';

/** An expected ledger row. The model numbers people, rows and operations 0, 1, 2 … in the order of their creation. */
export interface ReferenceRow {
  person: number;
  type: TransactionType;
  amount: number;
  description: string;
  recipient: number | null;
  object: string | null;
  epoch: number;
  sequence: number;
  balanceAfter: number;
  operation: number;
  key: string | null;
  reverses: number | null;
  hash: string;
  confirmed: boolean;
}

interface Person {
  balance: number;
  /** The total of earned coins. */
  earned: number;
  rowCount: number;
}

/** The result of an operation: the rows that it added, or the reason of the refusal. */
export type Outcome = { added: ReferenceRow[] } | { refused: string };

export interface Claim {
  person: number;
  type: 'earned_lesson' | 'earned_exercise' | 'earned_course' | 'streak_bonus';
  amount: number;
  object: number;
  epoch: number;
}

type NewRow = Pick<ReferenceRow, 'person' | 'type' | 'amount' | 'description'> & Partial<ReferenceRow>;
class Refusal extends Error {}

const maxBalance = 2 ** 31 - 1;
const earningTypePattern = /^earned_|^streak_bonus$|^manual_reward$|^bulk_reward$/;
const irreversibleTypePattern = /^reversal_|^withdrawal|^deposit$|^forfeiture$/;

/**
 * A simple model of the ledger, without a database and without concurrency. It shares no code with the real ledger except the signs of
 * the types.
 */
export class ReferenceLedger {
  readonly people: Person[];
  readonly rows: ReferenceRow[] = [];
  private operationCount = 0;
  private readonly paidClaims = new Set<string>();
  /** The content of each transfer that was sent with a key. */
  private readonly orderByKey = new Map<string, string>();
  private readonly reversedRows = new Set<number>();

  constructor(peopleCount: number) {
    this.people = Array.from({ length: peopleCount }, () => ({ balance: 0, earned: 0, rowCount: 0 }));
  }

  /** Pays the claims one by one. Claims that are already paid or would exceed the maximum balance are skipped. */
  reward(claims: readonly Claim[]): Outcome {
    const added: ReferenceRow[] = [];
    for (const { person, type, amount, object, epoch } of claims) {
      const claimKey = [person, type, object, epoch].join(' ');
      const newBalance = this.people[person]!.balance + amount;
      if (amount === 0 || this.paidClaims.has(claimKey) || newBalance > maxBalance) continue;
      this.paidClaims.add(claimKey);
      const movement = { person, type, amount, description: '', object: `things.thing ${object}`, epoch };
      added.push(...this.addOperation([movement]));
    }
    return { added };
  }

  transfer(from: number, to: number | null, amount: number, message: string, key: string | null): Outcome {
    return this.catchRefusal(() => {
      if (from === to) throw new Refusal('TRANSFER_TO_ONESELF');
      const order = JSON.stringify([to, amount, message]);
      const earlierOrder = key === null ? undefined : this.orderByKey.get(`${from} ${key}`);
      if (earlierOrder !== undefined && earlierOrder !== order) throw new Refusal('IDEMPOTENCY_KEY_REUSED');
      if (earlierOrder !== undefined) return [];
      if (to === null) throw new Refusal('RECIPIENT_NOT_FOUND');
      const added = this.addOperation([
        { person: from, type: 'transfer_sent', amount, description: message, recipient: to, key },
        { person: to, type: 'transfer_received', amount, description: message },
      ]);
      if (key !== null) this.orderByKey.set(`${from} ${key}`, order);
      return added;
    });
  }

  give(people: readonly number[], amount: number): Outcome {
    const type = people.length === 1 ? 'manual_reward' : 'bulk_reward';
    return this.catchRefusal(() =>
      this.addOperation(people.map((person) => ({ person, type, amount, description: 'because' }))),
    );
  }

  adjust(person: number, amount: number): Outcome {
    const type = amount > 0 ? 'admin_adjustment_credit' : 'admin_adjustment_debit';
    return this.catchRefusal(() =>
      this.addOperation([{ person, type, amount: Math.abs(amount), description: 'because' }]),
    );
  }

  post(person: number, type: TransactionType, amount: number): Outcome {
    return this.catchRefusal(() => this.addOperation([{ person, type, amount, description: '' }]));
  }

  reverse(row: number): Outcome {
    return this.catchRefusal(() => {
      const requested = this.rows[row]!;
      if (irreversibleTypePattern.test(requested.type)) throw new Refusal('NOT_REVERSIBLE');
      if (this.reversedRows.has(row)) throw new Refusal('ALREADY_REVERSED');
      // The two sides of a transfer are neighbours in the list.
      const candidates = requested.type.startsWith('transfer_') ? [row - 1, row, row + 1] : [row];
      const originals = candidates.filter((number) => this.rows[number]?.operation === requested.operation);
      const added = this.addOperation(originals.map((number) => this.toReversal(number)));
      for (const number of originals) this.reversedRows.add(number);
      return added;
    });
  }

  /** Sets the two blockchain columns. The hash can change until it is confirmed, and the confirmation is final. */
  setChainState(row: number, hash: string, confirmed: boolean): Outcome {
    const { hash: before, confirmed: wasConfirmed } = this.rows[row]!;
    if (wasConfirmed && (!confirmed || hash !== before)) return { refused: 'append-only' };
    if (confirmed && hash === '') return { refused: 'no hash' };
    Object.assign(this.rows[row]!, { hash, confirmed });
    return { added: [] };
  }

  private toReversal(rowNumber: number): NewRow {
    const { person, type, amount } = this.rows[rowNumber]!;
    const reversalType = signOf(type) > 0 ? 'reversal_debit' : 'reversal_credit';
    const object = `rewards.teocointransaction ${rowNumber}`;
    return { person, type: reversalType, amount, description: 'because', object, reverses: rowNumber };
  }

  private catchRefusal(work: () => ReferenceRow[]): Outcome {
    try {
      return { added: work() };
    } catch (error) {
      if (error instanceof Refusal) return { refused: error.message };
      throw error;
    }
  }

  private addOperation(movements: readonly NewRow[]): ReferenceRow[] {
    this.requireAllowedBalances(movements);
    const operation = this.operationCount;
    this.operationCount += 1;
    const added = movements.map((movement) => this.add(movement, operation));
    this.rows.push(...added);
    return added;
  }

  private requireAllowedBalances(movements: readonly NewRow[]): void {
    const newBalances = new Map<number, number>();
    for (const { person, type, amount } of movements) {
      const balance = newBalances.get(person) ?? this.people[person]!.balance;
      newBalances.set(person, balance + signOf(type) * amount);
    }
    const balances = [...newBalances.values()];
    if (balances.some((balance) => balance < 0)) throw new Refusal('INSUFFICIENT_BALANCE');
    if (balances.some((balance) => balance > maxBalance)) throw new Refusal('BALANCE_TOO_LARGE');
  }

  private add(movement: NewRow, operation: number): ReferenceRow {
    const person = this.people[movement.person]!;
    person.balance += signOf(movement.type) * movement.amount;
    person.rowCount += 1;
    if (earningTypePattern.test(movement.type)) person.earned += movement.amount;
    const reverses = movement.reverses ?? null;
    if (reverses !== null && earningTypePattern.test(this.rows[reverses]!.type)) person.earned -= movement.amount;
    return {
      recipient: null,
      object: null,
      epoch: 0,
      key: null,
      hash: '',
      confirmed: false,
      ...movement,
      reverses,
      operation,
      sequence: person.rowCount,
      balanceAfter: person.balance,
    };
  }
}
