import type { TransactionType } from '../../src/modules/rewards';
import type { Claim, ReferenceLedger } from './reference-ledger';

export type Operation =
  | { kind: 'reward'; claims: Claim[] }
  | { kind: 'transfer'; from: number; to: number | null; amount: number; message: string; key: string | null }
  | { kind: 'give'; people: number[]; amount: number }
  | { kind: 'adjust'; person: number; amount: number }
  | { kind: 'post'; person: number; type: TransactionType; amount: number }
  | { kind: 'reverse'; row: number }
  | { kind: 'set_chain_state'; row: number; hash: string; confirmed: boolean }
  | { kind: 'tamper'; row: number; column: string };

/** The generator mulberry32: the same seed gives the same numbers on every machine. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const singleRowTypes: TransactionType[] = [
  'spent',
  'refund',
  'withdrawal',
  'withdrawal_refund',
  'deposit',
  'forfeiture',
];
const maxBalance = 2 ** 31 - 1;
const rewardTypes = ['earned_lesson', 'earned_exercise', 'earned_course', 'streak_bonus'] as const;
/** The columns that the operation `tamper` tries to change. The empty name stands for a DELETE of the row. */
const frozenColumns = [
  'user_id',
  'transaction_type',
  'amount',
  'description',
  'recipient_id',
  'related_object_id',
  'created_at',
  'sequence',
  'balance_after',
  'operation_id',
  'idempotency_key',
  'request_hash',
  'reward_epoch',
  'reverses_id',
  'actor_id',
  '',
];

/** The frequency of each kind of operation in percent, and a function that creates such an operation. */
const frequencies: [number, (pick: OperationPicker) => Operation][] = [
  [30, (pick) => ({ kind: 'reward', claims: [pick.claim()] })],
  [4, (pick) => ({ kind: 'reward', claims: pick.several(() => pick.claim()) })],
  [32, (pick) => pick.transfer()],
  [6, (pick) => ({ kind: 'give', people: [...new Set(pick.several(() => pick.person()))], amount: pick.amount() })],
  [6, (pick) => ({ kind: 'adjust', person: pick.person(), amount: pick.amount() * (pick.chance(0.5) ? 1 : -1) })],
  [0.3, (pick) => pick.fillBalance()],
  [11.7, (pick) => ({ kind: 'post', person: pick.person(), type: pick.oneOf(singleRowTypes), amount: pick.amount() })],
  [6, (pick) => ({ kind: 'reverse', row: pick.row() })],
  [2, (pick) => ({ kind: 'set_chain_state', row: pick.row(), hash: pick.hash(), confirmed: pick.chance(0.5) })],
  [2, (pick) => ({ kind: 'tamper', row: pick.row(), column: pick.oneOf(frozenColumns) })],
];

/** Creates random operations. About a third of them must change nothing, because they are refused or repeat an earlier operation. */
export class OperationPicker {
  private readonly transfersWithKey: Operation[] = [];

  constructor(
    private readonly next: () => number,
    private readonly reference: ReferenceLedger,
  ) {}

  operation(): Operation {
    const createRandomKind = this.chooseKind();
    const [, createReward] = frequencies[0]!;
    // The first operation is a reward, because the other kinds need a row that exists.
    const create = this.reference.rows.length === 0 ? createReward : createRandomKind;
    const operation = create(this);
    if (operation.kind === 'transfer' && operation.key !== null) this.transfersWithKey.push(operation);
    return operation;
  }

  private chooseKind(): (pick: OperationPicker) => Operation {
    let remainingPercent = this.next() * 100;
    for (const [percent, create] of frequencies) {
      remainingPercent -= percent;
      if (remainingPercent < 0) return create;
    }
    return frequencies[0]![1];
  }

  /** Sometimes repeats an earlier transfer with its key, either unchanged or with a different amount. */
  transfer(): Operation {
    const isRepetition = this.chance(0.2);
    const earlier = isRepetition ? this.transfersWithKey[this.below(this.transfersWithKey.length)] : undefined;
    if (earlier?.kind === 'transfer') return this.chance(0.7) ? earlier : { ...earlier, amount: earlier.amount + 1 };
    const to = this.chance(0.02) ? null : this.person();
    const key = this.chance(0.4) ? `key-${this.below(1_000_000)}` : null;
    const message = this.chance(0.5) ? '' : `for “${this.below(10)}”`;
    return { kind: 'transfer', from: this.person(), to, amount: this.amount(), message, key };
  }

  claim(): Claim {
    const object = this.below(300);
    const epoch = this.chance(0.05) ? 1 : 0;
    return { person: this.person(), type: this.oneOf(rewardTypes), amount: this.below(30), object, epoch };
  }

  /** Mostly a small amount, and sometimes one that is larger than most balances. */
  amount(): number {
    return 1 + this.below(this.chance(0.05) ? 5_000 : 40);
  }

  /** Raises a balance to almost the maximum, so that the next amount can exceed it. */
  fillBalance(): Operation {
    const person = this.person();
    const { balance } = this.reference.people[person]!;
    return { kind: 'post', person, type: 'deposit', amount: Math.max(1, maxBalance - balance - this.below(20)) };
  }

  /** A transaction hash, or sometimes the empty text, which stands for no hash. */
  hash(): string {
    if (this.chance(0.1)) return '';
    const digits = this.below(2 ** 32).toString(16);
    return `0x${digits.padStart(64, '0')}`;
  }

  person = (): number => this.below(this.reference.people.length);
  /** Prefers recent rows, because people mostly reverse recent transactions. */
  row = (): number => {
    const rowCount = this.reference.rows.length;
    return rowCount - 1 - Math.floor(this.next() ** 3 * rowCount);
  };
  several = <T>(make: () => T): T[] => Array.from({ length: 1 + this.below(6) }, make);
  oneOf = <T>(values: readonly T[]): T => values[this.below(values.length)]!;
  below = (limit: number): number => Math.floor(this.next() * limit);
  chance = (probability: number): boolean => this.next() < probability;
}
