import { instant, int, jsonOf, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import type { ExerciseType, GradePolicy, RevealPolicy } from '../course.lists';
import type { ExerciseContent } from './quiz';

/** The columns of an exercise that a student may see, from `courses_exercise e`. The answer key must not be added (rule 7). */
export const exerciseShape = {
  id: int,
  lessonId: int,
  title: text,
  description: text,
  exerciseType: textOf<ExerciseType>(),
  content: jsonOf<ExerciseContent>(),
  maxScore: int,
  timeLimitMinutes: nullable(int),
  attemptsAllowed: int,
  passingPercent: int,
  gradePolicy: textOf<GradePolicy>(),
  revealResults: textOf<RevealPolicy>(),
  teocoinReward: int,
  closesAt: nullable(instant),
  archivedAt: nullable(instant),
  createdAt: instant,
  updatedAt: instant,
  version: int,
};
export type ExerciseRow = Row<typeof exerciseShape>;

export const exerciseColumns = `e.id, e.lesson_id AS "lessonId", e.title, e.description,
  e.exercise_type AS "exerciseType", e.content, e.max_score AS "maxScore", e.time_limit_minutes AS "timeLimitMinutes",
  e.attempts_allowed AS "attemptsAllowed", e.passing_percent AS "passingPercent", e.grade_policy AS "gradePolicy",
  e.reveal_results AS "revealResults",
  e.teocoin_reward AS "teocoinReward", e.closes_at AS "closesAt", e.archived_at AS "archivedAt",
  e.created_at AS "createdAt", e.updated_at AS "updatedAt", e.version`;
