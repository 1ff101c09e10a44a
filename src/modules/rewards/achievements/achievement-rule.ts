import type { Totals } from '../../progress';

export interface AchievementRule {
  /** The stored name of the achievement. It must not change later. */
  type: string;
  title: string;
  description: string;
  /** Whole TeoCoins; the default is 25. */
  reward?: number;
  /** The learner's progress in percent. Without this function the progress is 0 until the achievement is earned. */
  progress?(totals: Totals): number;
  /**
   * Returns whether this step earns the achievement. It must be false for later steps, because each true result costs SQL statements.
   * Without this function only an administrator grants the achievement.
   * @param localHour hour on the learner's clock (0–23); null if the step is not an action of the learner
   */
  isEarned?(before: Totals, after: Totals, localHour: number | null): boolean;
}
