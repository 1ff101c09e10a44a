/** A rule of the books by its number, as in the ledger's design: `I4`; or by a word, `totals`. */
export type Invariant = string;

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

/** What a module proves of its own side of the books. */
export interface AuditPart {
  /** Each is counted in the report, also where it is never broken. */
  invariants: readonly Invariant[];
  checks: readonly LedgerCheck[];
  /** What SQL cannot say. */
  computed?: () => AsyncIterable<Violation>;
}

export const ledgerTable = 'rewards_teocointransaction';
/** The columns that name a person, or a row and its person. */
export const aPerson = (id: string): string => `${id} AS "userId", CAST(NULL AS bigint) AS "transactionId"`;
export const aRow = (alias: string): string => `${alias}.user_id AS "userId", ${alias}.id AS "transactionId"`;
