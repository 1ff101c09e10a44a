import { Injectable } from '@nestjs/common';
import type { Row, Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { chunksOf, tuplesSql } from '../../../platform/database/insert-rows';
import { RetryTransaction } from '../../../platform/database/retry-transaction';
import { constraintViolationOf } from '../../../platform/database/statements/constraint-violation';
import { Clock } from '../../../platform/time/clock';
import { toMovementsWithOffsets, type Movement, type MovementOfOperation, type PostedMovement } from './movement';
import { TeocoinTransaction } from './teocoin-transaction.entity';
import { BalanceTooLarge, InsufficientBalance } from '../rewards.errors';

/** The unique constraints that refuse a second row for the same reward, idempotency key or reversal. */
const duplicateConstraintPattern = /_(?:reward_once|key|reverses)$/;
const balanceConstraint = 'rewards_teocointransaction_balance';
/** The code of PostgreSQL for a balance that the column cannot hold. */
const numberOutOfRange = '22003';

const insertedColumns = columnsOf(TeocoinTransaction, ['id', 'userId', 'sequence', 'balanceAfter']);
type InsertedRow = Row<typeof insertedColumns.shape>;

interface RowOptions {
  /** The same in all rows of the operation. */
  operationId: string;
  /** True if the rows of people whose balance was not changed are skipped. */
  onlyOfChangedPeople: boolean;
  /** Converts the error of an INSERT that the database refused. */
  toError?: (error: unknown) => unknown;
}

/**
 * Inserts the rows of an operation. Only the class `Ledger` uses this class, after it has changed the balances. The statements take
 * the balance and the sequence from the changed rows of `users_user`, so that both can be sent together.
 */
@Injectable()
export class LedgerRows {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @returns a function that returns the movements whose rows were inserted, after the statements were sent */
  enqueue(
    movements: readonly Movement[],
    { operationId, onlyOfChangedPeople, toError = (error) => error }: RowOptions,
  ): () => PostedMovement[] {
    const operation = { operationId, createdAt: this.clock.now() };
    const insertions: (() => InsertedRow[])[] = [];
    for (const chunk of chunksOf(toMovementsWithOffsets(movements), this.database.dialect.maxRowsPerStatement)) {
      insertions.push(
        this.database.enqueue(
          insertedColumns.shape,
          this.insertSql(chunk.length, onlyOfChangedPeople),
          [operation.createdAt, operation.operationId, ...chunk.flatMap(toValues)],
          (error) => this.toLedgerError(toError(error)),
        ),
      );
    }
    return () =>
      toPosted(
        movements,
        insertions.flatMap((getInserted) => getInserted()),
        operation,
      );
  }

  /**
   * A person has a new sequence and no row with it exactly if the balance was changed by this operation. The LEFT JOIN makes the
   * statement fail for a person who does not exist.
   */
  private insertSql(rowCount: number, onlyOfChangedPeople: boolean): string {
    const names = columns.map(([name]) => name).join(', ');
    const values = columns.map((_, index) => `v.column${index + 1}`).join(', ');
    const types = [...columns.map(([, type]) => type), 'int', 'bigint', 'int'];
    const [sequenceOffset, balanceOffset, position] = [1, 2, 3].map((step) => `v.column${columns.length + step}`);
    const isChangedSql = `WHERE u.teo_sequence > 0 AND NOT EXISTS (SELECT 1 FROM rewards_teocointransaction t
         WHERE t.user_id = u.id AND t.sequence = u.teo_sequence)`;
    return `INSERT INTO rewards_teocointransaction (${names}, created_at, operation_id, sequence, balance_after)
       SELECT ${values}, CAST($1 AS ${this.database.dialect.instantType}), CAST($2 AS varchar),
         u.teo_sequence + ${sequenceOffset}, u.teo_coins + ${balanceOffset}
       FROM (VALUES ${tuplesSql(rowCount, types.length, types, 3)}) AS v
       ${onlyOfChangedPeople ? 'JOIN' : 'LEFT JOIN'} users_user u ON u.id = v.column1
       ${onlyOfChangedPeople ? isChangedSql : ''} ORDER BY ${position}
       RETURNING ${insertedColumns.columns()}`;
  }

  /**
   * Retries the whole transaction if a concurrent request wrote the same reward, key or reversal first. The retry finds that row.
   * A balance between two movements of one operation can also be negative or too large.
   */
  private toLedgerError(error: unknown): unknown {
    const constraint = constraintViolationOf(this.database.dialect, error)?.name ?? '';
    if (duplicateConstraintPattern.test(constraint)) return new RetryTransaction(error);
    if (constraint === numberOutOfRange) return new BalanceTooLarge();
    return constraint === balanceConstraint ? new InsufficientBalance() : error;
  }
}

/** The columns that a movement gives, with the type to which the value is CAST. */
const columns: readonly (readonly [name: string, type: string, value: (movement: Movement) => Value])[] = [
  ['user_id', 'bigint', ({ userId }) => userId],
  ['transaction_type', 'varchar', ({ type }) => type],
  ['amount', 'int', ({ amount }) => amount],
  ['description', 'text', ({ description }) => description],
  ['recipient_id', 'bigint', ({ recipientId }) => recipientId],
  ['related_object_type', 'varchar', ({ relatedObject }) => relatedObject?.type],
  ['related_object_id', 'bigint', ({ relatedObject }) => relatedObject?.id],
  ['idempotency_key', 'varchar', ({ idempotencyKey }) => idempotencyKey],
  ['request_hash', 'varchar', ({ requestHash }) => requestHash],
  ['reward_epoch', 'int', ({ rewardEpoch = 0 }) => rewardEpoch],
  ['reverses_id', 'bigint', ({ reversesId }) => reversesId],
  ['actor_id', 'bigint', ({ actorId }) => actorId],
];

const toValues = ({ movement, sequenceOffset, balanceOffset }: MovementOfOperation, position: number): Value[] => [
  ...columns.map(([, , valueOf]) => valueOf(movement)),
  sequenceOffset,
  balanceOffset,
  position,
];

/** The rows of a person have the order of the person's movements. */
function toPosted(
  movements: readonly Movement[],
  inserted: readonly InsertedRow[],
  operation: Pick<PostedMovement, 'operationId' | 'createdAt'>,
): PostedMovement[] {
  const rowsByUser = new Map<number, InsertedRow[]>(inserted.map(({ userId }) => [userId, []]));
  for (const row of inserted) rowsByUser.get(row.userId)!.push(row);
  for (const rows of rowsByUser.values()) rows.sort((first, second) => first.sequence - second.sequence);
  return movements.flatMap((movement) => {
    const row = rowsByUser.get(movement.userId)?.shift();
    return row ? [{ ...movement, ...row, ...operation }] : [];
  });
}
