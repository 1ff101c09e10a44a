import { Injectable } from '@nestjs/common';
import { bool, float, instant, int, nullable, text, type Row, type Value } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders } from '../../../platform/database/insert-rows';
import { studentColumns, studentShape } from '../learner/student.dto';

const learnerShape = {
  enrollmentId: int,
  ...studentShape,
  progressPercentage: float,
  lastMovedAt: instant,
  hasFailed: bool,
  lessonId: nullable(int),
  lessonTitle: nullable(text),
};
const failedShape = { studentId: int, exerciseId: int, exerciseTitle: text, lessonId: int };

export type StuckLearnerRow = Row<typeof learnerShape>;
export type FailedExerciseRow = Row<typeof failedShape>;

interface StuckPosition {
  lastMovedAt: Date;
  enrollmentId: number;
}

/** An exercise that a student cannot pass any more: no attempt is left, none is open, and no work waits for a grade. */
const failedExercisesSql = `progress_exerciseresult r
       JOIN courses_exercise x ON x.id = r.exercise_id JOIN courses_lesson l ON l.id = x.lesson_id
       WHERE l.course_id = $1 AND l.is_published AND l.archived_at IS NULL AND x.archived_at IS NULL
         AND r.passed_at IS NULL AND r.attempts_used >= x.attempts_allowed
         AND NOT EXISTS (SELECT 1 FROM courses_exercisesubmission w WHERE w.student_id = r.student_id
           AND w.exercise_id = r.exercise_id AND w.status = 'pending')
         AND NOT EXISTS (SELECT 1 FROM progress_attempt a WHERE a.student_id = r.student_id
           AND a.exercise_id = r.exercise_id AND a.finished_at IS NULL)`;

/** The last time at which each student completed a lesson of the course or handed in work for it. */
const movesSql = `SELECT m.student_id, max(m.moved_at) AS moved_at FROM (
         SELECT lc.student_id, lc.completed_at AS moved_at FROM courses_lessoncompletion lc
         JOIN courses_lesson l ON l.id = lc.lesson_id WHERE l.course_id = $1
         UNION ALL
         SELECT w.student_id, w.submitted_at FROM courses_exercisesubmission w
         JOIN courses_exercise x ON x.id = w.exercise_id JOIN courses_lesson l ON l.id = x.lesson_id
         WHERE l.course_id = $1) m GROUP BY m.student_id`;

/** The first mandatory lesson, in the order of the course, that the student has not completed. */
const currentLessonSql = `(SELECT l.id FROM courses_lesson l
         WHERE l.course_id = $1 AND l.is_published AND l.archived_at IS NULL AND l.is_mandatory
           AND NOT EXISTS (SELECT 1 FROM courses_lessoncompletion lc
             WHERE lc.student_id = e.student_id AND lc.lesson_id = l.id)
         ORDER BY l."order", l.id LIMIT 1)`;

const lastMovedSql = 'CASE WHEN moves.moved_at > e.enrolled_at THEN moves.moved_at ELSE e.enrolled_at END';

/** The students who have not completed the course. The teacher is left out, and so are closed accounts. */
const learnersSql = `FROM courses_courseenrollment e
           JOIN users_user u ON u.id = e.student_id AND u.is_active
           JOIN courses_course c ON c.id = e.course_id AND c.teacher_id <> e.student_id
           LEFT JOIN (${movesSql}) moves ON moves.student_id = e.student_id
           LEFT JOIN (SELECT DISTINCT r.student_id FROM ${failedExercisesSql}) failed ON failed.student_id = e.student_id
           WHERE e.course_id = $1 AND e.left_at IS NULL AND NOT e.completed`;

/** Finds students who make no progress in a course. The number of statements does not depend on the number of students. */
@Injectable()
export class StuckLearners {
  constructor(private readonly database: Database) {}

  /**
   * Lists students who have not completed the course, and who have not moved since `movedBefore` or have failed an exercise for good.
   * The student who has not moved for the longest time comes first. The report may come from a replica, so it can be slightly out of date.
   */
  list(
    courseId: number,
    movedBefore: Date,
    slice: { after: StuckPosition | null; count: number },
  ): Promise<StuckLearnerRow[]> {
    const values: Value[] = [courseId, movedBefore];
    const { after, count } = slice;
    if (after) values.push(after.lastMovedAt, after.enrollmentId);
    const afterSql = after ? 'AND (s."lastMovedAt", s."enrollmentId") > ($3, $4)' : '';
    return this.database.readFromReplica(() =>
      this.database.rows(
        learnerShape,
        `SELECT s.*, cl.title AS "lessonTitle" FROM (
           SELECT e.id AS "enrollmentId", ${studentColumns}, e.progress_percentage AS "progressPercentage",
             ${lastMovedSql} AS "lastMovedAt", failed.student_id IS NOT NULL AS "hasFailed", ${currentLessonSql} AS "lessonId"
           ${learnersSql}) s
         LEFT JOIN courses_lesson cl ON cl.id = s."lessonId"
         WHERE (s."lastMovedAt" < $2 OR s."hasFailed") ${afterSql}
         ORDER BY s."lastMovedAt", s."enrollmentId" LIMIT ${count}`,
        values,
      ),
    );
  }

  async count(courseId: number, movedBefore: Date): Promise<number> {
    const sql = `SELECT count(*) AS total ${learnersSql} AND (${lastMovedSql} < $2 OR failed.student_id IS NOT NULL)`;
    const counted = await this.database.row({ total: int }, sql, [courseId, movedBefore]);
    return counted?.total ?? 0;
  }

  /** Lists the exercises that these students have failed for good. */
  async listFailedExercises(courseId: number, studentIds: readonly number[]): Promise<FailedExerciseRow[]> {
    if (studentIds.length === 0) return [];
    return this.database.rows(
      failedShape,
      `SELECT r.student_id AS "studentId", x.id AS "exerciseId", x.title AS "exerciseTitle", l.id AS "lessonId"
       FROM ${failedExercisesSql} AND r.student_id IN (${placeholders(studentIds.length, 2)})
       ORDER BY r.student_id, l."order", x.id`,
      [courseId, ...studentIds],
    );
  }
}
