import { bool, int, text, type Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Enrollment } from '../enrollment/enrollment.entity';
import { studentShape } from '../learner/student.dto';
import { ExerciseResult } from '../submissions/exercise-result.entity';

export const enrollment = columnsOf(Enrollment, [
  'id',
  'progressPercentage',
  'completed',
  'completionDate',
  'lastAccessed',
]);
export const result = columnsOf(ExerciseResult, [
  'studentId',
  'exerciseId',
  'attemptsUsed',
  'scorePercent',
  'passedAt',
]);

export const studentRowShape = { ...enrollment.shape, ...studentShape, sortName: text };
export const exerciseShape = {
  id: int,
  title: text,
  lessonId: int,
  lessonTitle: text,
  maxScore: int,
  attemptsAllowed: int,
};
export const resultShape = { ...result.shape, attemptsAllowed: int, isPending: bool, isStarted: bool };

export type GradebookStudent = Row<typeof studentRowShape>;
export type GradebookExercise = Row<typeof exerciseShape>;
export type GradebookResult = Row<typeof resultShape>;
