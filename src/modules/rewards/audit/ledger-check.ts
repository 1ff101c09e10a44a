/** The number of an invariant in docs/invariants.md, for example `I4`, or the word `totals`. */
export type InvariantId = string;

/** The name of each invariant. docs/invariants.md has the same names. */
export type NamedInvariants = Readonly<Record<InvariantId, string>>;

export interface Violation {
  invariant: InvariantId;
  userId: number | null;
  transactionId: number | null;
  detail: string;
}

export interface LedgerCheck {
  invariant: InvariantId;
  /** A SELECT that returns one row for each violation: "userId", "transactionId" (either can be NULL) and `detail`. */
  sql: string;
}

/** The checks of one module. */
export interface AuditPart {
  /** The report counts the violations of each invariant, even if there are none, and shows the name next to the number. */
  invariants: NamedInvariants;
  checks: readonly LedgerCheck[];
  /** Runs the checks that SQL cannot express, and yields each violation. */
  computed?: () => AsyncIterable<Violation>;
}

export const ledgerTable = 'rewards_teocointransaction';
/** The columns of a violation that concerns a person. */
export const personColumnsSql = (idSql: string): string =>
  `${idSql} AS "userId", CAST(NULL AS bigint) AS "transactionId"`;
/** The columns of a violation that concerns a ledger row. */
export const rowColumnsSql = (alias: string): string => `${alias}.user_id AS "userId", ${alias}.id AS "transactionId"`;
