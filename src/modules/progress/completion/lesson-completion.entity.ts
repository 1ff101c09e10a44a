import { Check, Entity, Index, Unique } from 'typeorm';
import { Float, Id, Instant, Int, Reference, Text } from '../../../platform/database/entity';

@Entity('courses_lessoncompletion')
@Unique('courses_lessoncompletion_student_lesson', ['studentId', 'lessonId'])
@Index('courses_lessoncompletion_student', ['studentId', 'id'])
@Index('courses_lessoncompletion_lesson', ['lessonId'])
@Index('courses_lessoncompletion_completed_at', ['completedAt'])
@Check('courses_lessoncompletion_minutes', '"time_spent_minutes" >= 0')
export class LessonCompletion {
  @Id() id: number;
  @Reference('User', 'courses_lessoncompletion_student_fk', 'CASCADE') studentId: number;
  @Reference('Lesson', 'courses_lessoncompletion_lesson_fk', 'CASCADE') lessonId: number;
  @Instant() completedAt: Date;
  @Float({ nullable: true }) score: number | null;
  @Int({ default: 0 }) timeSpentMinutes: number;
  @Text({ default: '' }) notes: string;
}
