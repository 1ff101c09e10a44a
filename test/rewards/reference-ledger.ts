import { signOf, type TransactionType } from '../../src/modules/rewards';

/** A row as the rules want it. People, rows and operations are numbered by the model: 0, 1, 2 … in the order they came. */
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
  earned: number;
  rows: number;
}

/** What an operation did: rows it added, or why it was refused. */
export type Outcome = { added: ReferenceRow[] } | { refused: string };

export interface Claim {
  person: number;
  type: 'earned_lesson' | 'earned_exercise' | 'earned_course' | 'streak_bonus';
  amount: number;
  object: number;
  epoch: number;
}

type Moving = Pick<ReferenceRow, 'person' | 'type' | 'amount' | 'description'> & Partial<ReferenceRow>;
class Refused extends Error {}

const largest = 2 ** 31 - 1;
const earning = /^earned_|^streak_bonus$|^manual_reward$|^bulk_reward$/;
const final = /^reversal_|^withdrawal|^deposit$|^forfeiture$/;

/** The ledger as its rules say it, in plain arithmetic: no database, no concurrency, nothing shared with what it judges but the signs. */
export class ReferenceLedger {
  readonly people: Person[];
  readonly rows: ReferenceRow[] = [];
  private operations = 0;
  private readonly paid = new Set<string>();
  private readonly keys = new Map<string, string>();
  private readonly reversed = new Set<number>();

  constructor(people: number) {
    this.people = Array.from({ length: people }, () => ({ balance: 0, earned: 0, rows: 0 }));
  }

  /** Claims are paid one by one; those paid before, or beyond what a balance holds, are left out. */
  reward(claims: readonly Claim[]): Outcome {
    const added: ReferenceRow[] = [];
    for (const { person, type, amount, object, epoch } of claims) {
      const once = [person, type, object, epoch].join(' ');
      if (amount === 0 || this.paid.has(once) || this.people[person]!.balance + amount > largest) continue;
      this.paid.add(once);
      added.push(...this.book([{ person, type, amount, description: '', object: `things.thing ${object}`, epoch }]));
    }
    return { added };
  }

  transfer(from: number, to: number | null, amount: number, message: string, key: string | null): Outcome {
    return this.attempt(() => {
      if (from === to) throw new Refused('TRANSFER_TO_ONESELF');
      const order = JSON.stringify([to, amount, message]);
      const before = key === null ? undefined : this.keys.get(`${from} ${key}`);
      if (before !== undefined && before !== order) throw new Refused('IDEMPOTENCY_KEY_REUSED');
      if (before !== undefined) return [];
      if (to === null) throw new Refused('RECIPIENT_NOT_FOUND');
      const added = this.book([
        { person: from, type: 'transfer_sent', amount, description: message, recipient: to, key },
        { person: to, type: 'transfer_received', amount, description: message },
      ]);
      if (key !== null) this.keys.set(`${from} ${key}`, order);
      return added;
    });
  }

  give(people: readonly number[], amount: number): Outcome {
    const type = people.length === 1 ? 'manual_reward' : 'bulk_reward';
    return this.attempt(() => this.book(people.map((person) => ({ person, type, amount, description: 'because' }))));
  }

  adjust(person: number, amount: number): Outcome {
    const type = amount > 0 ? 'admin_adjustment_credit' : 'admin_adjustment_debit';
    return this.attempt(() => this.book([{ person, type, amount: Math.abs(amount), description: 'because' }]));
  }

  post(person: number, type: TransactionType, amount: number): Outcome {
    return this.attempt(() => this.book([{ person, type, amount, description: '' }]));
  }

  reverse(row: number): Outcome {
    return this.attempt(() => {
      const asked = this.rows[row]!;
      if (final.test(asked.type)) throw new Refused('NOT_REVERSIBLE');
      if (this.reversed.has(row)) throw new Refused('ALREADY_REVERSED');
      // The two sides of a transfer stand next to each other.
      const near = asked.type.startsWith('transfer_') ? [row - 1, row, row + 1] : [row];
      const legs = near.filter((at) => this.rows[at]?.operation === asked.operation);
      const added = this.book(
        legs.map((at) => {
          const { person, type, amount } = this.rows[at]!;
          const mirrored = signOf(type) > 0 ? ('reversal_debit' as const) : ('reversal_credit' as const);
          const object = `rewards.teocointransaction ${at}`;
          return { person, type: mirrored, amount, description: 'because', object, reverses: at };
        }),
      );
      for (const at of legs) this.reversed.add(at);
      return added;
    });
  }

  /** The only two columns that may change: a hash until it is confirmed, and the confirmation, once. */
  mirror(row: number, hash: string, confirmed: boolean): Outcome {
    const { hash: before, confirmed: wasConfirmed } = this.rows[row]!;
    if (wasConfirmed && (!confirmed || hash !== before)) return { refused: 'append-only' };
    if (confirmed && hash === '') return { refused: 'no hash' };
    Object.assign(this.rows[row]!, { hash, confirmed });
    return { added: [] };
  }

  private attempt(work: () => ReferenceRow[]): Outcome {
    try {
      return { added: work() };
    } catch (error) {
      if (error instanceof Refused) return { refused: error.message };
      throw error;
    }
  }

  private book(movements: readonly Moving[]): ReferenceRow[] {
    this.requireCover(movements);
    const operation = this.operations++;
    const added = movements.map((movement) => this.add(movement, operation));
    this.rows.push(...added);
    return added;
  }

  private requireCover(movements: readonly Moving[]): void {
    const wanted = new Map<number, number>();
    for (const { person, type, amount } of movements)
      wanted.set(person, (wanted.get(person) ?? this.people[person]!.balance) + signOf(type) * amount);
    const balances = [...wanted.values()];
    if (balances.some((balance) => balance < 0)) throw new Refused('INSUFFICIENT_BALANCE');
    if (balances.some((balance) => balance > largest)) throw new Refused('BALANCE_TOO_LARGE');
  }

  private add(movement: Moving, operation: number): ReferenceRow {
    const person = this.people[movement.person]!;
    person.balance += signOf(movement.type) * movement.amount;
    person.rows += 1;
    if (earning.test(movement.type)) person.earned += movement.amount;
    const reverses = movement.reverses ?? null;
    if (reverses !== null && earning.test(this.rows[reverses]!.type)) person.earned -= movement.amount;
    return {
      ...{ recipient: null, object: null, epoch: 0, key: null, hash: '', confirmed: false },
      ...movement,
      ...{ reverses, operation, sequence: person.rows, balanceAfter: person.balance },
    };
  }
}
