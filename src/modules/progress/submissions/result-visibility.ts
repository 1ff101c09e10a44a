import type { RevealPolicy } from '../../courses';

/** The values that decide whether a student may see which answers were right. */
export interface RevealConditions {
  revealResults: RevealPolicy;
  closesAt: Date | null;
  passedAt: Date | null;
  attemptsUsed: number;
  attemptsAllowed: number;
  /** True if the student has an attempt that is not handed in, which can be the last one. */
  hasOpenAttempt: boolean;
  /** True until the teacher releases the grades of the exercise, if students get them all together. */
  areGradesHeld: boolean;
}

/**
 * Returns whether the student may see the result of each question. The results are hidden from students who have not passed and can
 * hand in again, because they could try the options one by one, or tell other students the answers. The teacher can hide the results
 * for longer (decision 0017).
 */
export function areResultsRevealed(conditions: RevealConditions, now: Date): boolean {
  const { revealResults, closesAt, passedAt, attemptsUsed, attemptsAllowed, hasOpenAttempt, areGradesHeld } =
    conditions;
  if (hasOpenAttempt || areGradesHeld) return false;
  if (closesAt !== null && now > closesAt) return true;
  if (revealResults === 'after_closing') return false;
  if (passedAt !== null) return true;
  return revealResults === 'after_last_attempt' && attemptsUsed >= attemptsAllowed;
}
