import { Injectable } from '@nestjs/common';
import { instant, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { LearnerProgressQuery, type LearnerProgress } from '../../progress';
import type { AchievementRule } from './achievement-rule';
import { AchievementRules } from './achievement-rules';

const shape = { id: int, type: text, courseId: nullable(int), earnedAt: instant, progress: int };
type StoredAchievement = Row<typeof shape>;

interface Described {
  type: string;
  title: string;
  description: string;
  reward: number;
}
export interface EarnedAchievement extends Described {
  id: number;
  courseId: number | null;
  earnedAt: Date;
}
export interface OpenAchievement extends Described {
  /** Percent of the way, 0–100. */
  progress: number;
  /** False where an administrator decides. */
  isAutomatic: boolean;
}
export interface AchievementsOfLearner {
  earned: EarnedAchievement[];
  open: OpenAchievement[];
}

/** What a learner has achieved, and how far they are with the rest. */
@Injectable()
export class MyAchievements {
  constructor(
    private readonly database: Database,
    private readonly learners: LearnerProgressQuery,
    private readonly rules: AchievementRules,
  ) {}

  /** Two statements: the learner's totals, and their achievements, newest first. */
  async of(userId: number): Promise<{ totals: LearnerProgress; achievements: AchievementsOfLearner }> {
    const totals = (await this.learners.find(userId)) as LearnerProgress;
    const stored = await this.database.rows(
      shape,
      `SELECT id, achievement_type AS type, course_id AS "courseId", earned_at AS "earnedAt", progress
       FROM rewards_achievement WHERE user_id = $1 ORDER BY earned_at DESC, id DESC`,
      [userId],
    );
    const earned = stored.filter(({ progress }) => progress === 100).map((row) => this.earned(row));
    return { totals, achievements: { earned, open: this.open(stored, totals) } };
  }

  private earned({ id, type, courseId, earnedAt }: StoredAchievement): EarnedAchievement {
    return { ...this.described(type), id, courseId, earnedAt };
  }

  private open(stored: readonly StoredAchievement[], totals: LearnerProgress): OpenAchievement[] {
    const general = stored.filter(({ courseId }) => courseId === null);
    const begun = new Map(general.map(({ type, progress }) => [type, progress]));
    const types = new Set([...this.rules.all.map(({ type }) => type), ...begun.keys()]);
    return [...types].filter((type) => begun.get(type) !== 100).map((type) => this.standing(type, totals, begun));
  }

  private standing(type: string, totals: LearnerProgress, begun: ReadonlyMap<string, number>): OpenAchievement {
    const rule = this.rules.get(type);
    const progress = Math.max(rule?.progress?.(totals) ?? 0, begun.get(type) ?? 0);
    return { ...this.described(type), progress, isAutomatic: rule?.crossed !== undefined };
  }

  private described(type: string): Described {
    const rule: AchievementRule | undefined = this.rules.get(type);
    const description = rule?.description ?? '';
    return { type, title: this.rules.titleOf(type), description, reward: this.rules.rewardOf(type) };
  }
}
