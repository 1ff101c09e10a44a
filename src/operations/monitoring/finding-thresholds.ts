import type { Finding, FindingKind } from '../../platform/findings/finding';

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;

/**
 * How long must have been watched before a finding is worth somebody's time. A process that has just started runs cold, a table that was
 * just filled waits for its vacuum's turn, and an index that serves the report of the week has not been asked for yet.
 */
const minObservedMs: Partial<Record<FindingKind, number>> = {
  'slow-query': 10 * minuteMs,
  'missing-index': 10 * minuteMs,
  'dead-rows': 10 * minuteMs,
  'unused-index': 7 * dayMs,
};

/** Slow once is a coincidence, unless it was very slow. */
export const minOccurrences = 3;
export const verySlowMs = 5_000;

export const withEnoughObservation = (findings: readonly Finding[], observedMs: number): Finding[] =>
  findings.filter(({ kind }) => observedMs >= (minObservedMs[kind] ?? 0));
