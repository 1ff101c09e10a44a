import type { LedgerCheck } from '../../rewards';

/** The person and the ledger transaction that a violation names, if the statement selects from a table `withdrawal`. */
export const withdrawalColumnsSql = `withdrawal.user_id AS "userId", withdrawal.ledger_id AS "transactionId"`;
/** The same, if the statement selects from a table `deposit`. */
export const depositColumnsSql = `deposit.user_id AS "userId", deposit.ledger_id AS "transactionId"`;
/** For violations that concern no person. */
export const noPersonColumnsSql = `CAST(NULL AS bigint) AS "userId", CAST(NULL AS bigint) AS "transactionId"`;

/** Creates the checks of one invariant. Each statement selects the violations that one check finds. */
export const checksOf = (invariant: string, statements: readonly string[]): LedgerCheck[] =>
  statements.map((sql) => ({ invariant, sql }));
