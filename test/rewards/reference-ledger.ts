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
  earned: number;
  rows: number;
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
class Refused extends Error {}

const maxBalance = 2 ** 31 - 1;
const earningTypes = /^earned_|^streak_bonus$|^manual_reward$|^bulk_reward$/;
const irreversibleTypes = /^reversal_|^withdrawal|^deposit$|^forfeiture$/;

/**
 * A simple model of the ledger, without a database and without concurrency. It shares no code with the real ledger except the signs of
 * the types.
 */
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

  /** Pays the claims one by one. Claims that are already paid or would exceed the maximum balance are skipped. */
  reward(claims: readonly Claim[]): Outcome {
    const added: ReferenceRow[] = [];
    for (const { person, type, amount, object, epoch } of claims) {
      const claimKey = [person, type, object, epoch].join(' ');
      if (amount === 0 || this.paid.has(claimKey) || this.people[person]!.balance + amount > maxBalance) continue;
      this.paid.add(claimKey);
      added.push(
        ...this.addOperation([{ person, type, amount, description: '', object: `things.thing ${object}`, epoch }]),
      );
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
      const added = this.addOperation([
        { person: from, type: 'transfer_sent', amount, description: message, recipient: to, key },
        { person: to, type: 'transfer_received', amount, description: message },
      ]);
      if (key !== null) this.keys.set(`${from} ${key}`, order);
      return added;
    });
  }

  give(people: readonly number[], amount: number): Outcome {
    const type = people.length === 1 ? 'manual_reward' : 'bulk_reward';
    return this.attempt(() =>
      this.addOperation(people.map((person) => ({ person, type, amount, description: 'because' }))),
    );
  }

  adjust(person: number, amount: number): Outcome {
    const type = amount > 0 ? 'admin_adjustment_credit' : 'admin_adjustment_debit';
    return this.attempt(() => this.addOperation([{ person, type, amount: Math.abs(amount), description: 'because' }]));
  }

  post(person: number, type: TransactionType, amount: number): Outcome {
    return this.attempt(() => this.addOperation([{ person, type, amount, description: '' }]));
  }

  reverse(row: number): Outcome {
    return this.attempt(() => {
      const requested = this.rows[row]!;
      if (irreversibleTypes.test(requested.type)) throw new Refused('NOT_REVERSIBLE');
      if (this.reversed.has(row)) throw new Refused('ALREADY_REVERSED');
      // The two sides of a transfer are neighbours in the list.
      const candidates = requested.type.startsWith('transfer_') ? [row - 1, row, row + 1] : [row];
      const originals = candidates.filter((at) => this.rows[at]?.operation === requested.operation);
      const added = this.addOperation(
        originals.map((at) => {
          const { person, type, amount } = this.rows[at]!;
          const mirrored = signOf(type) > 0 ? ('reversal_debit' as const) : ('reversal_credit' as const);
          const object = `rewards.teocointransaction ${at}`;
          return { person, type: mirrored, amount, description: 'because', object, reverses: at };
        }),
      );
      for (const at of originals) this.reversed.add(at);
      return added;
    });
  }

  /** The hash can change until it is confirmed, and the confirmation can be set once. No other column can change. */
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

  private addOperation(movements: readonly NewRow[]): ReferenceRow[] {
    this.requireAllowedBalances(movements);
    const operation = this.operations++;
    const added = movements.map((movement) => this.add(movement, operation));
    this.rows.push(...added);
    return added;
  }

  private requireAllowedBalances(movements: readonly NewRow[]): void {
    const newBalances = new Map<number, number>();
    for (const { person, type, amount } of movements)
      newBalances.set(person, (newBalances.get(person) ?? this.people[person]!.balance) + signOf(type) * amount);
    const balances = [...newBalances.values()];
    if (balances.some((balance) => balance < 0)) throw new Refused('INSUFFICIENT_BALANCE');
    if (balances.some((balance) => balance > maxBalance)) throw new Refused('BALANCE_TOO_LARGE');
  }

  private add(movement: NewRow, operation: number): ReferenceRow {
    const person = this.people[movement.person]!;
    person.balance += signOf(movement.type) * movement.amount;
    person.rows += 1;
    if (earningTypes.test(movement.type)) person.earned += movement.amount;
    const reverses = movement.reverses ?? null;
    if (reverses !== null && earningTypes.test(this.rows[reverses]!.type)) person.earned -= movement.amount;
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
      sequence: person.rows,
      balanceAfter: person.balance,
    };
  }
}
