import { Check, Entity, Index } from 'typeorm';
import { Id, Instant, Int, Json, Reference, Varchar } from '../../../platform/database/entity';

@Entity('rewards_achievement')
@Index('rewards_achievement_once', ['userId', 'achievementType'], { unique: true, where: 'course_id IS NULL' })
@Index('rewards_achievement_once_per_course', ['userId', 'achievementType', 'courseId'], {
  unique: true,
  where: 'course_id IS NOT NULL',
})
@Index('rewards_achievement_user', ['userId'])
@Index('rewards_achievement_achievement_type', ['achievementType'])
@Index('rewards_achievement_course', ['courseId'])
@Index('rewards_achievement_earned_at', ['earnedAt'])
@Check('rewards_achievement_progress_percent', '"progress" BETWEEN 0 AND 100')
export class Achievement {
  @Id() id: number;
  @Reference('User', 'rewards_achievement_user_fk', 'CASCADE') userId: number;
  /** Modules register their types. A stored type without a registered rule is kept and shown. */
  @Varchar(50) achievementType: string;
  @Reference('Course', 'rewards_achievement_course_fk', 'CASCADE', { nullable: true }) courseId: number | null;
  @Instant() earnedAt: Date;
  @Int({ default: 100 }) progress: number;
  @Json() metadata: Record<string, unknown>;
}
