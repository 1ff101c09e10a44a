import { Entity, Index, Unique } from 'typeorm';
import { Id, Instant, Int, Json, Reference } from '../../../platform/database/entity';
import type { HandIn } from '../grades/hand-in-grading';

/**
 * An attempt at an exercise. Its number and its deadline are fixed at the start. The attempt is finished when the student hands
 * it in, or by the server after the deadline.
 */
@Entity('progress_attempt')
@Unique('progress_attempt_number', ['studentId', 'exerciseId', 'attemptNumber'])
@Index('progress_attempt_exercise', ['exerciseId'])
@Index('progress_attempt_overdue', ['deadlineAt'], { where: 'finished_at IS NULL' })
@Index('progress_attempt_submission', ['submissionId'], { where: 'submission_id IS NOT NULL' })
export class Attempt {
  @Id() id: number;
  @Reference('User', 'progress_attempt_student_fk', 'CASCADE') studentId: number;
  @Reference('Exercise', 'progress_attempt_exercise_fk', 'CASCADE') exerciseId: number;
  @Int() attemptNumber: number;
  @Instant() startedAt: Date;
  @Instant({ nullable: true }) deadlineAt: Date | null;
  @Json() savedAnswers: HandIn;
  @Instant({ nullable: true }) savedAt: Date | null;
  @Instant({ nullable: true }) finishedAt: Date | null;
  @Reference('ExerciseSubmission', 'progress_attempt_submission_fk', 'SET NULL', { nullable: true }) submissionId:
    number | null;
}
