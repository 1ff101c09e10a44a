import { Injectable } from '@nestjs/common';
import { bool, instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import {
  ExerciseNotFound,
  answerKeyOf,
  contentOf,
  type ExerciseType,
  type GradePolicy,
  type RevealPolicy,
} from '../../courses';
import { learnerInCourseColumns, learnerInCourseShape } from '../learner/learner-row';
import { studentColumns, studentShape } from '../learner/student.dto';
import { NotEnrolled } from '../progress.errors';

export const exerciseShape = {
  ...learnerInCourseShape,
  ...studentShape,
  exerciseId: int,
  exerciseTitle: text,
  exerciseType: textOf<ExerciseType>(),
  exerciseVersion: int,
  content: contentOf,
  answerKey: answerKeyOf,
  maxScore: int,
  timeLimitMinutes: nullable(int),
  attemptsAllowed: int,
  passingPercent: int,
  gradePolicy: textOf<GradePolicy>(),
  revealResults: textOf<RevealPolicy>(),
  exerciseReward: int,
  closesAt: nullable(instant),
  /** True if students get the grades later, all together. */
  areGradesHeld: bool,
  courseId: int,
  /** Null if the learner has left the course. */
  lastAccessedAt: nullable(instant),
};

/** An exercise and one learner, for handing in and grading. It contains the answer key, so it is never sent to a client. */
export type LearnerExercise = Row<typeof exerciseShape>;

export const areGradesHeldSql = `(x.grade_release = 'together' AND x.grades_released_at IS NULL)`;

/** `maxScore` is the column with the maximum of the points: that of the exercise, or that of a submission which already exists. */
export const exerciseColumns = (
  maxScore: 'x.max_score' | 'w.max_score' = 'x.max_score',
): string => `${studentColumns}, x.id AS "exerciseId", x.title AS "exerciseTitle",
  x.exercise_type AS "exerciseType", x.version AS "exerciseVersion", x.content, x.answer_key AS "answerKey", ${maxScore} AS "maxScore",
  x.time_limit_minutes AS "timeLimitMinutes", x.attempts_allowed AS "attemptsAllowed",
  x.passing_percent AS "passingPercent", x.grade_policy AS "gradePolicy", x.teocoin_reward AS "exerciseReward",
  x.closes_at AS "closesAt", x.reveal_results AS "revealResults",
  ${areGradesHeldSql} AS "areGradesHeld", c.id AS "courseId", ${learnerInCourseColumns},
  (SELECT la.last_accessed FROM courses_courseenrollment la
   WHERE la.student_id = p.user_id AND la.course_id = c.id AND la.left_at IS NULL) AS "lastAccessedAt"`;

/** Joins the tables of `exerciseColumns` to `alias`, an attempt or a submission of one learner. r is the learner's result. */
export const exerciseJoinsSql = (alias: string): string => `
  JOIN courses_exercise x ON x.id = ${alias}.exercise_id
  JOIN courses_lesson l ON l.id = x.lesson_id
  JOIN courses_course c ON c.id = l.course_id
  JOIN progress_exerciseresult r ON r.student_id = ${alias}.student_id AND r.exercise_id = ${alias}.exercise_id
  JOIN users_userprogress p ON p.user_id = ${alias}.student_id
  JOIN users_usersettings s ON s.user_id = ${alias}.student_id
  JOIN users_user u ON u.id = ${alias}.student_id`;

@Injectable()
export class LearnerExercises {
  constructor(private readonly database: Database) {}

  /**
   * Loads an exercise for an enrolled student who starts an attempt or hands in, and locks the learner's totals until the transaction
   * ends. Every transaction that starts an attempt, hands in or grades takes this lock before those of the result and the attempt,
   * so that two transactions of one learner do not deadlock.
   * @throws ExerciseNotFound, NotEnrolled
   */
  async lockForStudent(studentId: number, exerciseId: number): Promise<LearnerExercise> {
    const exercise = await this.database.row(
      exerciseShape,
      `SELECT ${exerciseColumns()}
       FROM courses_exercise x
       JOIN courses_lesson l ON l.id = x.lesson_id
       JOIN courses_course c ON c.id = l.course_id
       JOIN courses_courseenrollment e ON e.course_id = c.id AND e.student_id = $1 AND e.left_at IS NULL
       JOIN users_userprogress p ON p.user_id = e.student_id
       JOIN users_usersettings s ON s.user_id = e.student_id
       JOIN users_user u ON u.id = e.student_id
       WHERE x.id = $2 AND x.archived_at IS NULL
         AND l.is_published AND l.archived_at IS NULL${this.lockSql()}`,
      [studentId, exerciseId],
    );
    return exercise ?? this.throwExerciseUnavailable(exerciseId);
  }

  /**
   * Locks the learner's totals, and the exercise with a shared lock. A submission waits for a running change of the answer key,
   * because that change would not regrade it.
   */
  private lockSql(): string {
    return this.database.dialect.forUpdate('p') + this.database.dialect.forShare('x');
  }

  private async throwExerciseUnavailable(exerciseId: number): Promise<never> {
    const visibleExercise = await this.database.row(
      { id: int },
      `SELECT x.id FROM courses_exercise x
       JOIN courses_lesson l ON l.id = x.lesson_id JOIN courses_course c ON c.id = l.course_id
       WHERE x.id = $1 AND x.archived_at IS NULL AND l.is_published AND l.archived_at IS NULL AND c.is_published`,
      [exerciseId],
    );
    throw visibleExercise ? new NotEnrolled() : new ExerciseNotFound();
  }
}
