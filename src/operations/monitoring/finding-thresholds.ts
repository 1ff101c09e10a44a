import type { Finding, FindingKind } from '../../platform/findings/finding';

const minute = 60_000;
const day = 1_440 * minute;

/**
 * How long must have been watched before a finding is worth somebody's time. A process that has just started runs cold, a table that was
 * just filled waits for its vacuum's turn, and an index that serves the report of the week has not been asked for yet.
 */
const settledAfterMs: Partial<Record<FindingKind, number>> = {
  'slow-query': 10 * minute,
  'missing-index': 10 * minute,
  'dead-rows': 10 * minute,
  'unused-index': 7 * day,
};

/** Slow once is a coincidence, unless it was very slow. */
export const fewTimes = 3;
export const verySlowMs = 5_000;

export const settled = (findings: readonly Finding[], watchedMs: number): Finding[] =>
  findings.filter(({ kind }) => watchedMs >= (settledAfterMs[kind] ?? 0));
