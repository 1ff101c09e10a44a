import { Injectable } from '@nestjs/common';
import { text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { LearnerProgressQuery, type LearnerProgress } from '../../progress';
import { AchievementRules, type AchievementDescription } from './achievement-rules';
import { Achievement } from './achievement.entity';

const achievement = columnsOf(Achievement, ['id', 'courseId', 'earnedAt', 'progress']);
const shape = { ...achievement.shape, type: text };
type StoredAchievement = Row<typeof shape>;

interface EarnedAchievement extends AchievementDescription {
  id: number;
  courseId: number | null;
  earnedAt: Date;
}
interface OpenAchievement extends AchievementDescription {
  /** Progress in percent, 0–100. */
  progress: number;
  /** False if only an administrator grants the achievement. */
  isAutomatic: boolean;
}
export interface AchievementsOfLearner {
  earned: EarnedAchievement[];
  open: OpenAchievement[];
}

/** Reads the achievements of a learner, and the progress towards those that are not earned. */
@Injectable()
export class MyAchievements {
  constructor(
    private readonly database: Database,
    private readonly progress: LearnerProgressQuery,
    private readonly rules: AchievementRules,
  ) {}

  /** Sends two statements in one round trip: the totals of the learner and the achievements. The newest achievement is first. */
  async get(userId: number): Promise<{ totals: LearnerProgress; achievements: AchievementsOfLearner }> {
    const [found, stored] = await Promise.all([this.progress.find(userId), this.listStored(userId)]);
    const totals = found as LearnerProgress;
    const earned = stored.filter(({ progress }) => progress === 100).map((row) => this.toEarned(row));
    return { totals, achievements: { earned, open: this.listOpen(stored, totals) } };
  }

  private listStored(userId: number): Promise<StoredAchievement[]> {
    return this.database.rows(
      shape,
      `SELECT ${achievement.columns()}, achievement_type AS type
       FROM rewards_achievement WHERE user_id = $1 ORDER BY earned_at DESC, id DESC`,
      [userId],
    );
  }

  private toEarned({ id, type, courseId, earnedAt }: StoredAchievement): EarnedAchievement {
    const { title, description, reward } = this.rules.describe(type);
    return { id, type, title, description, reward, courseId, earnedAt };
  }

  private listOpen(stored: readonly StoredAchievement[], totals: LearnerProgress): OpenAchievement[] {
    const withoutCourse = stored.filter(({ courseId }) => courseId === null);
    const storedProgressByType = new Map(withoutCourse.map(({ type, progress }) => [type, progress]));
    const ruleTypes = this.rules.allRules.map(({ type }) => type);
    const types = new Set([...ruleTypes, ...storedProgressByType.keys()]);
    const openTypes = [...types].filter((type) => storedProgressByType.get(type) !== 100);
    return openTypes.map((type) => this.toOpen(type, totals, storedProgressByType.get(type) ?? 0));
  }

  private toOpen(type: string, totals: LearnerProgress, storedProgress: number): OpenAchievement {
    const rule = this.rules.get(type);
    const computedProgress = rule?.progress ? rule.progress(totals) : 0;
    const progress = Math.max(computedProgress, storedProgress);
    const { title, description, reward } = this.rules.describe(type);
    return { type, title, description, reward, progress, isAutomatic: rule?.isEarned !== undefined };
  }
}
