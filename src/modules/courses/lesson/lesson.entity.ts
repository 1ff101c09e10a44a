import { Check, Entity, Index } from 'typeorm';
import { Flag, Id, Instant, Int, Json, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';
import { lessonTypes, type LessonType } from '../course.lists';

@Entity('courses_lesson')
@Index('courses_lesson_course', ['courseId', 'order'])
@Index('courses_lesson_order', ['order'])
@Index('courses_lesson_lesson_type', ['lessonType'])
@OneOf('courses_lesson_type_listed', 'lesson_type', lessonTypes)
@Check('positive_order', '"order" > 0')
@Check('courses_lesson_reward_not_negative', '"teocoin_reward" >= 0')
export class Lesson {
  @Id() id: number;
  @Reference('Course', 'courses_lesson_course_fk', 'CASCADE') courseId: number;
  @Varchar(200) title: string;
  @Text() content: string;
  @Int() order: number;
  @Varchar(20) lessonType: LessonType;
  @Int({ default: 0 }) durationMinutes: number;
  @Varchar(200, { default: '' }) videoUrl: string;
  @Json() materials: { title: string; url: string }[];
  @Flag({ default: true }) isMandatory: boolean;
  @Int({ default: 0 }) teocoinReward: number;
  @Instant() createdAt: Date;
  @Instant() updatedAt: Date;
  @Flag({ default: true }) isPublished: boolean;
  @Instant({ nullable: true }) archivedAt: Date | null;
  @Int({ default: 1 }) version: number;
}
