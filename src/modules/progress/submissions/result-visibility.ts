import type { RevealPolicy } from '../../courses';
import type { QuestionGrade } from '../grades/quiz-grading';

/** The values that decide whether a student may see which answers were right. */
export interface RevealConditions {
  revealResults: RevealPolicy;
  closesAt: Date | null;
  passedAt: Date | null;
  attemptsUsed: number;
  attemptsAllowed: number;
  /** True if the student has an attempt that is not handed in. It may be the last one, after which no attempts are left. */
  hasOpenAttempt: boolean;
}

/**
 * Whether the student may see the result of each question. A student who has not passed and can hand in again may not, because
 * they could try the options one by one, or pass the answers on. The teacher can hide the results for longer (decision 0017).
 */
export function areResultsRevealed(conditions: RevealConditions, now: Date): boolean {
  const { revealResults, closesAt, passedAt, attemptsUsed, attemptsAllowed, hasOpenAttempt } = conditions;
  if (hasOpenAttempt) return false;
  if (closesAt !== null && now > closesAt) return true;
  if (revealResults === 'after_closing') return false;
  return passedAt !== null || (revealResults === 'after_last_attempt' && attemptsUsed >= attemptsAllowed);
}

/** Keeps the id and the maximum points of the question and hides the points and the correctness of the answer. */
export const hideResult = ({ id, maxPoints }: QuestionGrade) => ({ id, maxPoints, points: null, correct: null });
