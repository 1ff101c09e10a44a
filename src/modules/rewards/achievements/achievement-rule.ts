import type { Totals } from '../../progress';

export interface AchievementRule {
  /** The stored name, for good. */
  type: string;
  title: string;
  description: string;
  /** Whole TeoCoins; 25 unless given. */
  reward?: number;
  /** How far a learner has come, in percent; without it there is nothing to count: 0 until earned. */
  progress?(totals: Totals): number;
  /**
   * True for the step that earns it, and only for that one: it costs statements. `localHour` (0–23, the learner's clock) is
   * null where the learner did nothing themselves. Without it an administrator decides.
   */
  crossed?(before: Totals, after: Totals, localHour: number | null): boolean;
}
