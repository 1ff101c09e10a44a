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
  'cache-unreachable',
  'undelivered-mails',
  'late-mails',
  'mail-not-configured',
  'unreadable-authenticators',
  'late-departures',
  'late-held-grades',
  'broken-audit-log',
  'unsealed-audit-log',
  'late-notifications',
  'undelivered-notifications',
  'webhook-endpoint-gone',
  'push-not-configured',
  'damaged-files',
  'stray-objects',
  'late-file-removal',
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

export const sortWorstFirst = (findings: Finding[]): Finding[] =>
  findings.toSorted((left, right) => severityOrder[left.severity] - severityOrder[right.severity]);

/** Quotes an SQL identifier if it has characters that need quotes. */
export function quoteIfNeeded(identifier: string): string {
  const needsNoQuotes = /^[a-z_][a-z0-9_]*$/.test(identifier);
  return needsNoQuotes ? identifier : `"${identifier.replaceAll('"', '""')}"`;
}

/** Formats a size in megabytes, below 100 MB with one decimal place. */
export function formatMegabytes(bytes: number): string {
  const megabytes = bytes / 1_048_576;
  return `${megabytes.toFixed(megabytes < 100 ? 1 : 0)} MB`;
}
export const formatDuration = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
