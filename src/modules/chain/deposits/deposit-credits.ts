import { Injectable } from '@nestjs/common';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders, tuples } from '../../../platform/database/insert-rows';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { maxBalance, Ledger, type PostedMovement } from '../../rewards';
import { DepositCredited } from '../chain.events';

/** A final deposit and the person whose it is. */
export interface OwnedDeposit {
  id: number;
  userId: number;
  /** Whole TeoCoins, at least one. */
  amount: number;
  txHash: string;
}

const balanceShape = { id: int, balance: int } as const;
/** Below the engines' limit of parameters. */
const perStatement = 1_000;

/** Gives people the coins they have sent to the school, once for each deposit. */
@Injectable()
export class DepositCredits {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Credits final deposits: ledger, mirror, deposit and news in one transaction. What was credited before is left out; what
   * would make a balance larger than it may be becomes (or stays) `unattributed`, since nobody else's deposit should fail
   * for that. Locks: people ascending by id, then the deposits.
   * @returns the deposits credited now
   */
  async credit(deposits: readonly OwnedDeposit[]): Promise<OwnedDeposit[]> {
    return this.database.transaction(async () => {
      const credited: OwnedDeposit[] = [];
      await this.ledger.lock(deposits.map(({ userId }) => userId));
      for (let from = 0; from < deposits.length; from += perStatement)
        credited.push(...(await this.creditSome(deposits.slice(from, from + perStatement))));
      return credited;
    });
  }

  private async creditSome(deposits: readonly OwnedDeposit[]): Promise<OwnedDeposit[]> {
    const open = await this.stillOpen(deposits);
    if (open.length === 0) return [];
    const { fitting, excess } = sorted(open, await this.balancesOf(open));
    await this.leave(excess);
    const rows = new Map<OwnedDeposit, number>();
    for (const deposit of fitting) {
      const [posted] = await this.ledger.post([movementOf(deposit)]);
      rows.set(deposit, (posted as PostedMovement).id);
    }
    if (rows.size > 0) await this.settle(rows);
    return fitting;
  }

  /** Held until the end: a twin waits here, and then sees that they are credited. */
  private async stillOpen(deposits: readonly OwnedDeposit[]): Promise<OwnedDeposit[]> {
    const rows = await this.database.rows(
      { id: int },
      `SELECT id FROM rewards_deposit WHERE id IN (${placeholders(deposits.length)}) AND ledger_id IS NULL AND amount > 0
       ORDER BY id${this.database.dialect.forUpdate()}`,
      deposits.map(({ id }) => id),
    );
    const open = new Set(rows.map(({ id }) => id));
    return deposits.filter(({ id }) => open.has(id));
  }

  /** Of people whose rows this transaction holds: nobody changes them meanwhile. */
  private balancesOf(deposits: readonly OwnedDeposit[]): Promise<Row<typeof balanceShape>[]> {
    const people = [...new Set(deposits.map(({ userId }) => userId))];
    const sql = `SELECT id, teo_coins AS balance FROM users_user WHERE id IN (${placeholders(people.length)})`;
    return this.database.rows(balanceShape, sql, people);
  }

  private async settle(rows: ReadonlyMap<OwnedDeposit, number>): Promise<void> {
    const credited = [...rows].map(([deposit, ledgerId]) => ({ ...deposit, ledgerId }));
    await this.ledger.recordChainState(
      credited.map(({ ledgerId, txHash }) => ({ id: ledgerId, txHash, confirmed: true })),
    );
    const changed = await this.database.run(
      `UPDATE rewards_deposit SET state = 'credited', user_id = v.column2, ledger_id = v.column3,
         final_at = COALESCE(final_at, $1)
       FROM (VALUES ${tuples(credited.length, 3, ['bigint', 'bigint', 'bigint'], 2)}) AS v
       WHERE rewards_deposit.id = v.column1 AND rewards_deposit.ledger_id IS NULL`,
      [this.clock.now(), ...credited.flatMap(({ id, userId, ledgerId }) => [id, userId, ledgerId])],
    );
    if (changed !== credited.length)
      throw new Error(`Credited ${credited.length} deposits, of which ${changed} were open`);
    await this.events.publish(...credited.map(newsOf));
  }

  private async leave(deposits: readonly OwnedDeposit[]): Promise<void> {
    if (deposits.length === 0) return;
    await this.database.run(
      `UPDATE rewards_deposit SET state = 'unattributed', user_id = v.column2, final_at = COALESCE(final_at, $1)
       FROM (VALUES ${tuples(deposits.length, 2, ['bigint', 'bigint'], 2)}) AS v WHERE rewards_deposit.id = v.column1`,
      [this.clock.now(), ...deposits.flatMap(({ id, userId }) => [id, userId])],
    );
  }
}

/** In the order given, each person up to what they can hold. */
function sorted(deposits: readonly OwnedDeposit[], balances: readonly Row<typeof balanceShape>[]) {
  const held = new Map(balances.map(({ id, balance }) => [id, balance]));
  const fitting: OwnedDeposit[] = [];
  const excess: OwnedDeposit[] = [];
  for (const deposit of deposits) {
    const after = (held.get(deposit.userId) ?? maxBalance) + deposit.amount;
    if (after > maxBalance) excess.push(deposit);
    else fitting.push(deposit);
    if (after <= maxBalance) held.set(deposit.userId, after);
  }
  return { fitting, excess };
}

function movementOf({ id, userId, amount }: OwnedDeposit) {
  const relatedObject = { type: 'rewards.deposit', id };
  return { userId, type: 'deposit', amount, description: 'Deposit from the chain', relatedObject } as const;
}

const newsOf = ({ id, userId, amount, txHash }: OwnedDeposit): DepositCredited =>
  new DepositCredited({ depositId: id, userId, amount, txHash });
