import { Entity, Index } from 'typeorm';
import { Float, Id, Instant, Json, Reference, Text, Varchar } from '../../../platform/database/entity';
import type { RubricMark } from './rubric-grading';
import type { SubmissionState } from '../progress.lists';

/** One change of a grade: the grade before and after, who changed it, when and why. Rows are only added. */
@Entity('progress_gradechange')
@Index('progress_gradechange_submission', ['submissionId'])
@Index('progress_gradechange_changed_by', ['changedById'], { where: 'changed_by_id IS NOT NULL' })
export class GradeChange {
  @Id() id: number;
  @Reference('ExerciseSubmission', 'progress_gradechange_submission_fk', 'CASCADE') submissionId: number;
  @Float({ nullable: true }) scoreBefore: number | null;
  @Float({ nullable: true }) scoreAfter: number | null;
  @Varchar(20) statusBefore: SubmissionState;
  @Varchar(20) statusAfter: SubmissionState;
  @Reference('User', 'progress_gradechange_changed_by_fk', 'SET NULL', { nullable: true }) changedById: number | null;
  @Instant() changedAt: Date;
  @Text({ default: '' }) reason: string;
  /** What was chosen by the rubric of the exercise, if the grade follows from it. */
  @Json({ nullable: true }) rubricMarks: RubricMark[] | null;
}
