import type { LedgerCheck } from '../../rewards';

/** The columns of a violation that names the person and the ledger transaction of a withdrawal `w`, of a deposit `d`, or neither. */
export const aWithdrawal = `w.user_id AS "userId", w.ledger_id AS "transactionId"`;
export const aDeposit = `d.user_id AS "userId", d.ledger_id AS "transactionId"`;
export const noPerson = `CAST(NULL AS bigint) AS "userId", CAST(NULL AS bigint) AS "transactionId"`;

/** Checks of one invariant. Each statement selects its violations. */
export const checksOf = (invariant: string, statements: readonly string[]): LedgerCheck[] =>
  statements.map((sql) => ({ invariant, sql }));
