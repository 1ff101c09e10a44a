/** The number of an invariant in docs/invariants.md, for example `I4`, or the word `totals`. */
export type Invariant = string;

/** Invariants with their names. A name is a few plain words, and docs/invariants.md has the same. */
export type NamedInvariants = Readonly<Record<Invariant, string>>;

export interface Violation {
  invariant: Invariant;
  userId: number | null;
  transactionId: number | null;
  detail: string;
}

export interface LedgerCheck {
  invariant: Invariant;
  /** A SELECT that returns one row for each violation: "userId", "transactionId" (either can be NULL) and `detail`. */
  sql: string;
}

/** The checks of one module. */
export interface AuditPart {
  /** The report has a count for each of them, also if there is no violation. Operators read the name beside the number. */
  invariants: NamedInvariants;
  checks: readonly LedgerCheck[];
  /** Checks that SQL cannot express. */
  computed?: () => AsyncIterable<Violation>;
}

export const ledgerTable = 'rewards_teocointransaction';
/** The columns of a violation that concerns a person. */
export const personColumnsSql = (id: string): string => `${id} AS "userId", CAST(NULL AS bigint) AS "transactionId"`;
/** The columns of a violation that concerns a ledger row. */
export const rowColumnsSql = (alias: string): string => `${alias}.user_id AS "userId", ${alias}.id AS "transactionId"`;
