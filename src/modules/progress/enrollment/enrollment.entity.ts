import { Check, Entity, Index, Unique } from 'typeorm';
import { Flag, Float, Id, Instant, Reference } from '../../../platform/database/entity';

/** A student in a course. Leaving sets `leftAt` and keeps the progress; enrolling again uses the same row. */
@Entity('courses_courseenrollment')
@Unique('unique_student_course', ['studentId', 'courseId'])
@Index('courses_courseenrollment_student', ['studentId', 'id'])
@Index('courses_courseenrollment_course', ['courseId', 'id'])
@Index('courses_courseenrollment_completed', ['completed'])
@Index('courses_courseenrollment_enrolled_at', ['enrolledAt'])
@Check('courses_courseenrollment_percent', '"progress_percentage" BETWEEN 0 AND 100')
@Check('courses_courseenrollment_completion', '"completed" = ("completion_date" IS NOT NULL)')
export class Enrollment {
  @Id() id: number;
  @Reference('User', 'courses_courseenrollment_student_fk', 'CASCADE') studentId: number;
  @Reference('Course', 'courses_courseenrollment_course_fk', 'CASCADE') courseId: number;
  @Instant() enrolledAt: Date;
  @Flag({ default: false }) completed: boolean;
  /** Set once. A later change of the course content does not clear it. */
  @Instant({ nullable: true }) completionDate: Date | null;
  @Float({ default: 0 }) progressPercentage: number;
  @Instant() lastAccessed: Date;
  @Instant({ nullable: true }) leftAt: Date | null;
}
