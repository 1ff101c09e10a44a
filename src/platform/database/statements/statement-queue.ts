import type { Value } from '../columns';
import type { StatementResult } from './statement-result';

/** A statement of a transaction, with its result after it was sent. */
export class TransactionStatement {
  result: StatementResult | undefined;

  /** @param toError converts the engine's error */
  constructor(
    readonly sql: string,
    readonly values: readonly Value[],
    readonly toError: (error: unknown) => unknown = (error) => error,
  ) {}

  /** @throws Error if the statement was not sent, or failed */
  requireResult(): StatementResult {
    if (!this.result) throw new Error(`This statement has no result yet: ${this.sql.slice(0, 120)}`);
    return this.result;
  }
}

/** The statements of a transaction that wait for the next statement, or for the COMMIT, and are then sent before it. */
export class StatementQueue {
  private waiting: TransactionStatement[] = [];
  /**
   * The first error of an enqueued statement, and on PostgreSQL of any statement. It prevents the commit, even if a caller has
   * caught it.
   */
  failure: unknown;

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  add(statement: TransactionStatement): void {
    this.waiting.push(statement);
  }

  takeAll(): TransactionStatement[] {
    const { waiting } = this;
    this.waiting = [];
    return waiting;
  }

  /** @returns the first recorded error */
  recordFailure(statement: TransactionStatement, error: unknown): unknown {
    this.failure ??= statement.toError(error);
    return this.failure;
  }
}
