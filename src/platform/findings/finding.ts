export const findingKinds = [
  'slow-query',
  'repeated-statement',
  'connections-near-limit',
  'pool-waiting',
  'idle-in-transaction',
  'unused-index',
  'duplicate-index',
  'missing-index',
  'invalid-index',
  'foreign-key-without-index',
  'dead-rows',
  'growing-table',
  'disk-full-soon',
  'free-pages',
  'large-log',
  'unusual-account',
  'blocked-writer',
  'deadlock',
  'timeout',
  'busy-file',
  'undelivered-events',
  'late-events',
  'failing-job',
  'overdue-job',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** A problem that an administrator can solve, with the SQL or the command for it. */
export interface Finding {
  kind: FindingKind;
  severity: 'notice' | 'warning' | 'critical';
  /** The name of the table, index, session or statement that the finding is about. */
  subject: string;
  explanation: string;
  /** The SQL or the command that solves the problem. */
  mend: string;
}

const severityOrder = { critical: 0, warning: 1, notice: 2 };

export const worstFirst = (findings: Finding[]): Finding[] =>
  findings.toSorted((one, other) => severityOrder[one.severity] - severityOrder[other.severity]);

/** An SQL identifier, quoted if necessary. */
export const quoteIfNeeded = (identifier: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(identifier) ? identifier : `"${identifier.replaceAll('"', '""')}"`;

export const formatMegabytes = (bytes: number): string =>
  `${(bytes / 1_048_576).toFixed(bytes < 104_857_600 ? 1 : 0)} MB`;
export const formatDuration = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
