import { Injectable } from '@nestjs/common';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { chunksOf, placeholders, tuplesSql } from '../../../platform/database/insert-rows';
import { EventBus } from '../../../platform/events/event-bus';
import { Clock } from '../../../platform/time/clock';
import { maxBalance, Ledger } from '../../rewards';
import { DepositCredited } from '../chain.events';

/** A final deposit and the person it belongs to. */
export interface OwnedDeposit {
  id: number;
  userId: number;
  /** Whole TeoCoins, at least one. */
  amount: number;
  txHash: string;
}

const balanceShape = { id: int, balance: int } as const;
/** A statement with more rows could exceed the limits of the engines for parameters. */
const maxDepositsPerStatement = 1_000;

/** Credits people with the coins that they have sent to the school, once for each deposit. */
@Injectable()
export class DepositCredits {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes the ledger and the deposits and publishes the events in one transaction. Deposits that are already credited are skipped.
   * A deposit that would raise a balance above its limit becomes (or stays) `unattributed`, so that the other deposits do not fail
   * with it. Locks: the people ascending by id, then the deposits.
   * @returns the deposits credited now
   */
  async credit(deposits: readonly OwnedDeposit[]): Promise<OwnedDeposit[]> {
    return this.database.transaction(async () => {
      const credited: OwnedDeposit[] = [];
      this.ledger.lock(deposits.map(({ userId }) => userId));
      for (const batch of chunksOf(deposits, maxDepositsPerStatement)) {
        credited.push(...(await this.creditBatch(batch)));
      }
      return credited;
    });
  }

  private async creditBatch(deposits: readonly OwnedDeposit[]): Promise<OwnedDeposit[]> {
    const open = await this.lockOpen(deposits);
    if (open.length === 0) return [];
    const balances = await this.listBalances(open);
    const { fitting, excess } = splitByLimit(open, balances);
    if (excess.length > 0) await this.markUnattributed(excess);
    const credited: (OwnedDeposit & { ledgerId: number })[] = [];
    for (const deposit of fitting) {
      const [posted] = await this.ledger.post([movementOf(deposit)]);
      credited.push({ ...deposit, ledgerId: posted!.id });
    }
    if (credited.length > 0) await this.markCredited(credited);
    return fitting;
  }

  /** The row locks last until the commit. A concurrent transaction waits here, and then finds that the deposits are credited. */
  private async lockOpen(deposits: readonly OwnedDeposit[]): Promise<OwnedDeposit[]> {
    const sql = `SELECT id FROM rewards_deposit WHERE id IN (${placeholders(deposits.length)}) AND ledger_id IS NULL
      AND amount > 0 ORDER BY id${this.database.dialect.forUpdate()}`;
    const ids = deposits.map(({ id }) => id);
    const openRows = await this.database.rows({ id: int }, sql, ids);
    const openIds = new Set(openRows.map(({ id }) => id));
    return deposits.filter(({ id }) => openIds.has(id));
  }

  /** This transaction holds the locks of these people, so that their balances cannot change before the commit. */
  private listBalances(deposits: readonly OwnedDeposit[]): Promise<Row<typeof balanceShape>[]> {
    const userIds = [...new Set(deposits.map(({ userId }) => userId))];
    const sql = `SELECT id, teo_coins AS balance FROM users_user WHERE id IN (${placeholders(userIds.length)})`;
    return this.database.rows(balanceShape, sql, userIds);
  }

  private async markCredited(deposits: readonly (OwnedDeposit & { ledgerId: number })[]): Promise<void> {
    await this.ledger.recordChainState(
      deposits.map(({ ledgerId, txHash }) => ({ id: ledgerId, txHash, confirmed: true })),
    );
    const sql = `UPDATE rewards_deposit SET state = 'credited', user_id = v.column2, ledger_id = v.column3,
        final_at = COALESCE(final_at, $1)
      FROM (VALUES ${tuplesSql(deposits.length, 3, ['bigint', 'bigint', 'bigint'], 2)}) AS v
      WHERE rewards_deposit.id = v.column1 AND rewards_deposit.ledger_id IS NULL`;
    const values = deposits.flatMap(({ id, userId, ledgerId }) => [id, userId, ledgerId]);
    const changedCount = await this.database.run(sql, [this.clock.now(), ...values]);
    if (changedCount !== deposits.length)
      throw new Error(`Of ${deposits.length} deposits that were credited, only ${changedCount} were still open`);
    await this.events.publish(...deposits.map(toDepositCredited));
  }

  private async markUnattributed(deposits: readonly OwnedDeposit[]): Promise<void> {
    const sql = `UPDATE rewards_deposit SET state = 'unattributed', user_id = v.column2, final_at = COALESCE(final_at, $1)
      FROM (VALUES ${tuplesSql(deposits.length, 2, ['bigint', 'bigint'], 2)}) AS v WHERE rewards_deposit.id = v.column1`;
    const idsAndOwners = deposits.flatMap(({ id, userId }) => [id, userId]);
    await this.database.run(sql, [this.clock.now(), ...idsAndOwners]);
  }
}

/** For each person, the deposits that fit below the balance limit in their order, and the deposits that exceed it. */
function splitByLimit(deposits: readonly OwnedDeposit[], balanceRows: readonly Row<typeof balanceShape>[]) {
  const balances = new Map(balanceRows.map(({ id, balance }) => [id, balance]));
  const fitting: OwnedDeposit[] = [];
  const excess: OwnedDeposit[] = [];
  for (const deposit of deposits) {
    const balance = balances.get(deposit.userId) ?? maxBalance;
    const newBalance = balance + deposit.amount;
    if (newBalance > maxBalance) {
      excess.push(deposit);
    } else {
      fitting.push(deposit);
      balances.set(deposit.userId, newBalance);
    }
  }
  return { fitting, excess };
}

function movementOf({ id, userId, amount }: OwnedDeposit) {
  const relatedObject = { type: 'rewards.deposit', id };
  return { userId, type: 'deposit', amount, description: 'Deposit from the chain', relatedObject } as const;
}

const toDepositCredited = ({ id, userId, amount, txHash }: OwnedDeposit): DepositCredited =>
  new DepositCredited({ depositId: id, userId, amount, txHash });
