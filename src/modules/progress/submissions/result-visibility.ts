import type { RevealPolicy } from '../../courses';
import type { QuestionGrade } from '../grades/quiz-grading';

/** What decides whether a student is told which answers were right. */
export interface Revealable {
  revealResults: RevealPolicy;
  closesAt: Date | null;
  passedAt: Date | null;
  attemptsUsed: number;
  attemptsAllowed: number;
  /** An attempt is begun and not handed in: the last one may still be in their hands. */
  isTrying: boolean;
}

/**
 * A student who is told question by question can try the options one by one, for themselves or for a friend. So a student who has
 * not passed and can hand in again is not told; the teacher may hold the results back for longer (decision 0017).
 */
export function isRevealed(standing: Revealable, now: Date): boolean {
  const { revealResults, closesAt, passedAt, attemptsUsed, attemptsAllowed, isTrying } = standing;
  if (isTrying) return false;
  if (closesAt !== null && now > closesAt) return true;
  if (revealResults === 'after_closing') return false;
  return passedAt !== null || (revealResults === 'after_last_attempt' && attemptsUsed >= attemptsAllowed);
}

/** Which questions there were and what each was worth: nothing of the answers. */
export const unrevealed = ({ id, maxPoints }: QuestionGrade) => ({ id, maxPoints, points: null, correct: null });
