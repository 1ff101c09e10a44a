import { Check, Entity, Index, Unique } from 'typeorm';
import { Float, Id, Instant, Int, Json, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';
import type { HandIn } from '../grades/hand-in-grading';
import type { RubricMark } from '../grades/rubric-grading';
import type { QuestionGrade } from '../grades/quiz-grading';
import { submissionStates, type SubmissionState } from '../progress.lists';

/** A submission: one row for each attempt that was handed in. Only its grade can change. */
@Entity('courses_exercisesubmission')
@Unique('courses_exercisesubmission_attempt', ['studentId', 'exerciseId', 'attemptNumber'])
@Index('courses_exercisesubmission_student', ['studentId', 'id'])
@Index('courses_exercisesubmission_exercise', ['exerciseId', 'id'])
@Index('courses_exercisesubmission_submitted_at', ['submittedAt'])
@Index('courses_exercisesubmission_graded_at', ['gradedAt'])
@Index('courses_exercisesubmission_pending', ['exerciseId', 'submittedAt', 'id'], { where: "status = 'pending'" })
@OneOf('courses_exercisesubmission_status_listed', 'status', submissionStates)
@Check('courses_exercisesubmission_score', '"score" IS NULL OR ("score" >= 0 AND "score" <= "max_score")')
@Index('courses_exercisesubmission_graded_by', ['gradedById'], { where: 'graded_by_id IS NOT NULL' })
export class ExerciseSubmission {
  @Id() id: number;
  @Reference('User', 'courses_exercisesubmission_student_fk', 'CASCADE') studentId: number;
  @Reference('Exercise', 'courses_exercisesubmission_exercise_fk', 'CASCADE') exerciseId: number;
  @Json() submissionData: HandIn;
  @Float({ nullable: true }) score: number | null;
  @Int() maxScore: number;
  @Instant() submittedAt: Date;
  @Instant({ nullable: true }) gradedAt: Date | null;
  @Reference('User', 'courses_exercisesubmission_graded_by_fk', 'SET NULL', { nullable: true }) gradedById:
    number | null;
  @Text({ default: '' }) feedback: string;
  @Int({ default: 1 }) attemptNumber: number;
  @Varchar(20, { default: 'pending' }) status: SubmissionState;
  /** The points of each question, from automatic grading, and what a person chose by the rubric of the exercise. */
  @Json() grading: { questions?: QuestionGrade[]; rubricMarks?: RubricMark[] };
  @Int({ default: 1 }) version: number;
  /** The version of the exercise whose questions were answered. 0 for a submission from before it was stored, or imported. */
  @Int({ default: 0 }) exerciseVersion: number;
}
