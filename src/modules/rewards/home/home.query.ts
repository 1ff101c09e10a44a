import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { instant, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import {
  LearnerHome,
  LearnerProgressQuery,
  type AttemptInProgress,
  type CourseInProgress,
  type LearnerProgress,
} from '../../progress';
import { AchievementRules } from '../achievements/achievement-rules';
import { UnreadNotifications } from './unread-notifications';
import { findProvider } from '../../../platform/optional-provider';

const maxAchievements = 5;

const balanceShape = { balance: int, id: nullable(int), type: nullable(text), earnedAt: nullable(instant) };
type BalanceRow = Row<typeof balanceShape>;

export interface LatestAchievement {
  id: number;
  type: string;
  title: string;
  earnedAt: Date;
}

export interface Home {
  totals: LearnerProgress;
  balance: number;
  unreadCount: number;
  courses: CourseInProgress[];
  achievements: LatestAchievement[];
  openAttempts: AttemptInProgress[];
}

/** Reads the first screen of a student in five statements and one round trip, whatever the number of courses is. */
@Injectable()
export class HomeQuery {
  constructor(
    private readonly database: Database,
    private readonly progress: LearnerProgressQuery,
    private readonly learnerHome: LearnerHome,
    private readonly rules: AchievementRules,
    private readonly modules: ModuleRef,
  ) {}

  async get(userId: number): Promise<Home> {
    const [totals, balanceAndAchievements, courses, openAttempts, unreadCount] = await Promise.all([
      this.progress.find(userId) as Promise<LearnerProgress>,
      this.readBalanceAndAchievements(userId),
      this.learnerHome.listCourses(userId),
      this.learnerHome.listOpenAttempts(userId),
      findProvider(this.modules, UnreadNotifications)?.count(userId) ?? 0,
    ]);
    return { totals, ...balanceAndAchievements, courses, openAttempts, unreadCount };
  }

  /** Every row has the balance, and one of the latest achievements. A person without achievements has one row. */
  private async readBalanceAndAchievements(userId: number): Promise<Pick<Home, 'balance' | 'achievements'>> {
    const rows = await this.database.rows(
      balanceShape,
      `SELECT u.teo_coins AS balance, a.id, a.achievement_type AS type, a.earned_at AS "earnedAt" FROM users_user u
       LEFT JOIN (SELECT * FROM rewards_achievement WHERE user_id = $1 AND progress = 100
         ORDER BY earned_at DESC, id DESC LIMIT ${maxAchievements}) a ON a.user_id = u.id
       WHERE u.id = $1 ORDER BY a.earned_at DESC, a.id DESC`,
      [userId],
    );
    const achievements = rows.flatMap((row) => this.toAchievement(row));
    return { balance: rows[0]?.balance ?? 0, achievements };
  }

  private toAchievement({ id, type, earnedAt }: BalanceRow): LatestAchievement[] {
    if (id === null || type === null || earnedAt === null) return [];
    return [{ id, type, title: this.rules.titleOf(type), earnedAt }];
  }
}
