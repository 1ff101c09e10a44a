import type { QueryRunner } from 'typeorm';

/*
 * Relies on: a query runner of TypeORM keeps the state of its transactions in `transactionDepth` and `isTransactionActive`. The depth
 * is 0 outside a transaction and 1 in the outermost transaction. If both are reset, the next transaction is an outermost one.
 * Why: only the outermost transaction acquires and releases the writer of an SQLite file, or sets timeouts. After some errors SQLite
 * ends a transaction by itself. TypeORM would then send ROLLBACK or SAVEPOINT although there is no transaction.
 * Missing: a public depth, and a way to tell a query runner that its transaction has ended.
 */
interface TransactionState {
  transactionDepth: number;
  isTransactionActive: boolean;
}

const stateOf = (runner: QueryRunner): TransactionState => runner as unknown as TransactionState;

export const transactionDepthOf = (runner: QueryRunner): number => stateOf(runner).transactionDepth;

export function forgetTransaction(runner: QueryRunner): void {
  const state = stateOf(runner);
  state.isTransactionActive = false;
  state.transactionDepth = 0;
}
