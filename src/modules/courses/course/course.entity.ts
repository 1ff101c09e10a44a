import { Check, Entity, Index } from 'typeorm';
import { Flag, Id, Instant, Int, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';
import { categories, levels, type Category, type Level } from '../course.lists';

@Entity('courses_course')
@Index('courses_course_category', ['category'])
@Index('courses_course_level', ['level'])
@Index('courses_course_teacher', ['teacherId'])
@Index('courses_course_is_published', ['isPublished'])
@Index('courses_course_created_at', ['createdAt'])
@Index('courses_course_newest', ['publishedAt', 'id'], { where: 'is_published AND archived_at IS NULL' })
@Index('courses_course_popular', ['enrolledCount', 'id'], { where: 'is_published AND archived_at IS NULL' })
@Index('courses_course_alphabet', ['title', 'id'], { where: 'is_published AND archived_at IS NULL' })
@Index('courses_course_words', { synchronize: false })
@OneOf('courses_course_category_listed', 'category', categories)
@OneOf('courses_course_level_listed', 'level', levels)
@Check('courses_course_reward_not_negative', '"teocoin_reward" >= 0')
@Check('courses_course_seats_not_negative', '"max_enrollments" IS NULL OR "max_enrollments" >= 0')
export class Course {
  @Id() id: number;
  @Varchar(200) title: string;
  @Text() description: string;
  @Varchar(30) category: Category;
  @Varchar(20) level: Level;
  @Int({ default: 0 }) teocoinReward: number;
  @Reference('User', 'courses_course_teacher_fk', 'CASCADE') teacherId: number;
  @Varchar(100, { default: '' }) thumbnail: string;
  @Flag({ default: false }) isPublished: boolean;
  /** null: no limit; 0: the course accepts no new students. */
  @Int({ nullable: true }) maxEnrollments: number | null;
  @Int({ default: 0 }) durationHours: number;
  @Instant() createdAt: Date;
  @Instant() updatedAt: Date;
  @Instant({ nullable: true }) publishedAt: Date | null;
  @Instant({ nullable: true }) archivedAt: Date | null;
  @Int({ default: 1 }) version: number;
  /** The number of students who are enrolled now. Only the statements in seats.ts change it. */
  @Int({ default: 0, guarded: true }) enrolledCount: number;
  /** The number of published lessons, updated in the transaction that changes them. */
  @Int({ default: 0, guarded: true }) lessonCount: number;
}
