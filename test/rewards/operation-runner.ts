import { Earnings, Ledger, Transfers } from '../../src/modules/rewards';
import { Corrections } from '../../src/modules/rewards/ledger/corrections';
import { StaffRewards } from '../../src/modules/rewards/grants/staff-rewards';
import { DomainError } from '../../src/platform/errors/domain-error';
import type { School } from '../support/school';
import type { Operation } from './random-operations';

/** Maps the numbers of people and rows in the reference ledger to ids in the database. */
export interface Ids {
  person(number: number): number;
  row(number: number): number;
}

const unknownUserId = 999_999_999;
const textColumns = new Set(['transaction_type', 'description', 'operation_id', 'idempotency_key', 'request_hash']);

/** Runs operations on the ledger, through the services that the routes also use. */
export class OperationRunner {
  private readonly earnings: Earnings;
  private readonly transfers: Transfers;
  private readonly staffRewards: StaffRewards;
  private readonly corrections: Corrections;
  private readonly ledger: Ledger;
  private readonly decision: { reason: string; actorId: number };

  constructor(
    private readonly school: School,
    private readonly ids: Ids,
    staffId: number,
  ) {
    this.earnings = school.part(Earnings);
    this.transfers = school.part(Transfers);
    this.staffRewards = school.part(StaffRewards);
    this.corrections = school.part(Corrections);
    this.ledger = school.part(Ledger);
    this.decision = { reason: 'because', actorId: staffId };
  }

  /** @returns the code of the refusal, or null */
  async run(operation: Operation): Promise<string | null> {
    try {
      await this.dispatch(operation);
      return null;
    } catch (error) {
      if (error instanceof DomainError) return error.code;
      if (String(error).includes('append-only')) return 'append-only';
      if (String(error).includes('rewards_teocointransaction_confirmed')) return 'no hash';
      throw error;
    }
  }

  private dispatch(operation: Operation): Promise<unknown> {
    switch (operation.kind) {
      case 'reward':
        return this.reward(operation);
      case 'transfer':
        return this.transfer(operation);
      case 'give':
        return this.give(operation);
      case 'adjust':
        return this.corrections.adjust(this.ids.person(operation.person), operation.amount, this.decision);
      case 'post': {
        const { person, type, amount } = operation;
        return this.ledger.post([{ userId: this.ids.person(person), type, amount, description: '' }]);
      }
      case 'reverse':
        return this.corrections.reverse(this.ids.row(operation.row), this.decision);
      case 'set_chain_state':
        return this.setChainState(operation);
      case 'tamper':
        return this.tamper(this.ids.row(operation.row), operation.column);
    }
  }

  private reward({ claims }: Operation & { kind: 'reward' }): Promise<unknown> {
    return this.earnings.reward(
      claims.map(({ person, type, amount, object, epoch }) => ({
        userId: this.ids.person(person),
        type,
        amount,
        description: '',
        rewardEpoch: epoch,
        relatedObject: { type: 'things.thing', id: object },
      })),
    );
  }

  private transfer({ from, to, amount, message, key }: Operation & { kind: 'transfer' }): Promise<unknown> {
    const recipientId = to === null ? unknownUserId : this.ids.person(to);
    return this.transfers.send(this.ids.person(from), { recipientId, amount, message }, key);
  }

  private give({ people, amount }: Operation & { kind: 'give' }): Promise<unknown> {
    const userIds = people.map((person) => this.ids.person(person));
    const gift = { ...this.decision, amount };
    return userIds.length === 1
      ? this.staffRewards.giveOne(userIds[0]!, gift)
      : this.staffRewards.giveMany({ userIds }, gift);
  }

  private setChainState({ row, hash, confirmed }: Operation & { kind: 'set_chain_state' }): Promise<unknown> {
    return this.write(
      'UPDATE rewards_teocointransaction SET blockchain_tx_hash = $2, is_blockchain_confirmed = $3 WHERE id = $1',
      [this.ids.row(row), hash, confirmed],
    );
  }

  private tamper(rowId: number, column: string): Promise<unknown> {
    if (column === '') return this.write('DELETE FROM rewards_teocointransaction WHERE id = $1', [rowId]);
    const otherValueSql = otherValueSqlOf(column);
    const values = column === 'created_at' ? [rowId, new Date(0)] : [rowId];
    return this.write(`UPDATE rewards_teocointransaction SET ${column} = ${otherValueSql} WHERE id = $1`, values);
  }

  private write(sql: string, values: (number | string | boolean | Date)[]): Promise<number> {
    return this.school.database.transaction(() => this.school.database.run(sql, values));
  }
}

/** SQL of a value that differs from the stored value of the column. */
function otherValueSqlOf(column: string): string {
  if (textColumns.has(column)) return "'x'";
  return column === 'created_at' ? '$2' : `COALESCE(${column}, 0) + 1`;
}
