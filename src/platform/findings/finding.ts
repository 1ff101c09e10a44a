export const findingKinds = [
  ...(['slow-query', 'repeated-statement', 'connections-near-limit', 'pool-waiting', 'idle-in-transaction'] as const),
  ...(['unused-index', 'duplicate-index', 'missing-index', 'invalid-index', 'foreign-key-without-index'] as const),
  ...(['dead-rows', 'growing-table', 'disk-full-soon', 'free-pages', 'large-log'] as const),
  ...(['unusual-account'] as const),
  ...(['blocked-writer', 'deadlock', 'timeout', 'busy-file'] as const),
  ...(['undelivered-events', 'late-events', 'failing-job', 'overdue-job'] as const),
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** Something an administrator can do something about, and the SQL or the command that does it. */
export interface Finding {
  kind: FindingKind;
  severity: 'notice' | 'warning' | 'critical';
  /** What it is about: the name of a table, an index, a session, a statement. */
  subject: string;
  explanation: string;
  mend: string;
}

const order = { critical: 0, warning: 1, notice: 2 };

export const worstFirst = (findings: Finding[]): Finding[] =>
  findings.toSorted((one, other) => order[one.severity] - order[other.severity]);

/** Quoted where it has to be. */
export const name = (identifier: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(identifier) ? identifier : `"${identifier.replaceAll('"', '""')}"`;

export const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(bytes < 104_857_600 ? 1 : 0)} MB`;
export const seconds = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);
