const ofLedger = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7'] as const;
const ofChain = ['I9', 'I10', 'I11', 'I12', 'I13', 'I14', 'I15'] as const;
export const invariants = [...ofLedger, ...ofChain, 'totals'] as const;
/** As in the ledger's design; `totals`: what learners are shown as earned equals the rows (rule 19). */
export type Invariant = (typeof invariants)[number];

export interface Violation {
  invariant: Invariant;
  userId: number | null;
  transactionId: number | null;
  detail: string;
}

export interface LedgerCheck {
  invariant: Invariant;
  /** A SELECT of what is wrong: "userId", "transactionId" (either may be NULL) and `detail`. Nothing, if all is well. */
  sql: string;
}

export const ledger = 'rewards_teocointransaction';
/** The columns that name a person, or a row and its person. */
export const aPerson = (id: string): string => `${id} AS "userId", CAST(NULL AS bigint) AS "transactionId"`;
export const aRow = (alias: string): string => `${alias}.user_id AS "userId", ${alias}.id AS "transactionId"`;
