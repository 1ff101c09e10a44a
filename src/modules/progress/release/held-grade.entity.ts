import { Entity, Index, Unique } from 'typeorm';
import { Float, Id, Instant, Json, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';
import type { SubmissionState } from '../progress.lists';
import type { ExerciseSubmission } from '../submissions/exercise-submission.entity';

export const heldStatuses = ['approved', 'needs_revision', 'rejected'] as const;

/**
 * A grade that waits for the release of all grades of its exercise. The submission stays pending until then, so that no score, pass,
 * coin or message exists that could be shown too early.
 */
@Entity('progress_heldgrade')
@Unique('progress_heldgrade_submission', ['submissionId'])
@Index('progress_heldgrade_graded_at', ['gradedAt'])
@Index('progress_heldgrade_graded_by', ['gradedById'], { where: 'graded_by_id IS NOT NULL' })
@OneOf('progress_heldgrade_status_listed', 'status', heldStatuses)
export class HeldGrade {
  @Id() id: number;
  @Reference('ExerciseSubmission', 'progress_heldgrade_submission_fk', 'CASCADE') submissionId: number;
  @Float() score: number;
  @Varchar(20) status: Exclude<SubmissionState, 'pending'>;
  @Text({ default: '' }) feedback: string;
  @Json() grading: ExerciseSubmission['grading'];
  @Text({ default: '' }) reason: string;
  /** The person who graded, or null if the submission was graded automatically. */
  @Reference('User', 'progress_heldgrade_graded_by_fk', 'SET NULL', { nullable: true }) gradedById: number | null;
  @Instant() gradedAt: Date;
}
