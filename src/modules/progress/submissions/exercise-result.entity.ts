import { Entity, Index, Unique } from 'typeorm';
import { Float, Id, Instant, Int, Reference } from '../../../platform/database/entity';

/** Where a student stands in an exercise, by its grade policy. Passing is sticky. The row counts the attempts used. */
@Entity('progress_exerciseresult')
@Unique('progress_exerciseresult_student_exercise', ['studentId', 'exerciseId'])
@Index('progress_exerciseresult_exercise', ['exerciseId'])
export class ExerciseResult {
  @Id() id: number;
  @Reference('User', 'progress_exerciseresult_student_fk', 'CASCADE') studentId: number;
  @Reference('Exercise', 'progress_exerciseresult_exercise_fk', 'CASCADE') exerciseId: number;
  @Int({ default: 0 }) attemptsUsed: number;
  /** Effective score in percent of the maximum; null until something is graded. */
  @Float({ nullable: true }) scorePercent: number | null;
  @Instant({ nullable: true }) passedAt: Date | null;
  @Instant() updatedAt: Date;
}
