import { Entity, Unique } from 'typeorm';
import { Id, Int, Json, Reference } from '../../../platform/database/entity';
import type { AnswerKey, ExerciseContent } from './quiz';

/** Earlier questions of an exercise, with their key. A row is written when a teacher changes questions that students have answered. */
@Entity('courses_exerciseversion')
@Unique('courses_exerciseversion_once', ['exerciseId', 'untilVersion'])
export class ExerciseVersion {
  @Id() id: number;
  @Reference('Exercise', 'courses_exerciseversion_exercise_fk', 'CASCADE') exerciseId: number;
  /** The last version of the exercise that had these questions. */
  @Int() untilVersion: number;
  @Json() content: ExerciseContent;
  @Json() answerKey: AnswerKey;
}
