export const invariants = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'totals'] as const;
/** As in the ledger's design; `totals`: what learners are shown as earned equals the rows (rule 19). */
export type Invariant = (typeof invariants)[number];

export interface LedgerCheck {
  invariant: Invariant;
  /** A SELECT of what is wrong: "userId", "transactionId" (either may be NULL) and `detail`. Nothing, if all is well. */
  sql: string;
}

export const ledger = 'rewards_teocointransaction';
/** The columns that name a person, or a row and its person. */
export const aPerson = (id: string): string => `${id} AS "userId", CAST(NULL AS bigint) AS "transactionId"`;
export const aRow = (alias: string): string => `${alias}.user_id AS "userId", ${alias}.id AS "transactionId"`;
