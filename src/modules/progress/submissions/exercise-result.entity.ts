import { Entity, Index, Unique } from 'typeorm';
import { Float, Id, Instant, Int, Reference } from '../../../platform/database/entity';

/** The result of a student in an exercise, by its grade policy, and the number of attempts used. A pass is never taken back. */
@Entity('progress_exerciseresult')
@Unique('progress_exerciseresult_student_exercise', ['studentId', 'exerciseId'])
@Index('progress_exerciseresult_exercise', ['exerciseId'])
export class ExerciseResult {
  @Id() id: number;
  @Reference('User', 'progress_exerciseresult_student_fk', 'CASCADE') studentId: number;
  @Reference('Exercise', 'progress_exerciseresult_exercise_fk', 'CASCADE') exerciseId: number;
  @Int({ default: 0 }) attemptsUsed: number;
  /** The score that counts, in percent of the maximum. Null until a submission is graded. */
  @Float({ nullable: true }) scorePercent: number | null;
  @Instant({ nullable: true }) passedAt: Date | null;
  @Instant() updatedAt: Date;
}
