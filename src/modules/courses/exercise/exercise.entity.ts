import { Check, Entity, Index } from 'typeorm';
import { Id, Instant, Int, Json, OneOf, Reference, Text, Varchar } from '../../../platform/database/entity';
import {
  exerciseTypes,
  gradePolicies,
  gradeReleases,
  revealPolicies,
  type ExerciseType,
  type GradePolicy,
  type GradeRelease,
  type RevealPolicy,
} from '../course.lists';
import type { RubricCriterion } from '../rubrics/criteria';
import type { AnswerKey, ExerciseContent } from './quiz';

@Entity('courses_exercise')
@Index('courses_exercise_lesson', ['lessonId'])
@OneOf('courses_exercise_type_listed', 'exercise_type', exerciseTypes)
@OneOf('courses_exercise_policy_listed', 'grade_policy', gradePolicies)
@OneOf('courses_exercise_reveal_listed', 'reveal_results', revealPolicies)
@OneOf('courses_exercise_grade_release_listed', 'grade_release', gradeReleases)
@Check('courses_exercise_max_score_positive', '"max_score" > 0')
@Check('courses_exercise_attempts_positive', '"attempts_allowed" > 0')
@Check('courses_exercise_reward_not_negative', '"teocoin_reward" >= 0')
@Check('courses_exercise_passing_score_percent', '"passing_percent" BETWEEN 0 AND 100')
export class Exercise {
  @Id() id: number;
  @Reference('Lesson', 'courses_exercise_lesson_fk', 'CASCADE') lessonId: number;
  @Varchar(200) title: string;
  @Text() description: string;
  @Varchar(20) exerciseType: ExerciseType;
  /** The prompt and the questions, which students may see. */
  @Json() content: ExerciseContent;
  /** The right answers by question id. They are never sent to a student before grading. */
  @Json() answerKey: AnswerKey;
  @Int({ default: 100 }) maxScore: number;
  @Int({ nullable: true }) timeLimitMinutes: number | null;
  @Int({ default: 3 }) attemptsAllowed: number;
  @Int({ default: 0 }) teocoinReward: number;
  @Instant() createdAt: Date;
  @Instant() updatedAt: Date;
  @Int({ default: 60 }) passingPercent: number;
  @Varchar(10, { default: 'highest' }) gradePolicy: GradePolicy;
  /** Attempts and submissions are refused after this time. */
  @Instant({ nullable: true }) closesAt: Date | null;
  @Instant({ nullable: true }) archivedAt: Date | null;
  @Int({ default: 1 }) version: number;
  @Varchar(20, { default: 'after_pass' }) revealResults: RevealPolicy;
  @Varchar(10, { default: 'immediate' }) gradeRelease: GradeRelease;
  /** When the teacher released all grades. Grades that are given later are not held. */
  @Instant({ nullable: true }) gradesReleasedAt: Date | null;
  /** The copy of a rubric. */
  @Json({ nullable: true }) rubric: RubricCriterion[] | null;
}
