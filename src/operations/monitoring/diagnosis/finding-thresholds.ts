import type { Finding, FindingKind } from '../../../platform/findings/finding';

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;

/**
 * How long statistics must have been collected before a finding is reported. A process that has just started has cold caches, a
 * table that was just filled waits for its vacuum, and an index for a weekly report may not have been used yet.
 */
const minObservedMs: Partial<Record<FindingKind, number>> = {
  'slow-query': 10 * minuteMs,
  'missing-index': 10 * minuteMs,
  'dead-rows': 10 * minuteMs,
  'unused-index': 7 * dayMs,
};

/** A statement is reported if it was slow this often or very slow once. A single slow call may be a coincidence. */
export const minOccurrences = 3;
export const verySlowMs = 5_000;

export const withEnoughObservation = (findings: readonly Finding[], observedMs: number): Finding[] =>
  findings.filter(({ kind }) => observedMs >= (minObservedMs[kind] ?? 0));
