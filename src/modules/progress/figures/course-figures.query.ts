import { Injectable } from '@nestjs/common';
import { float, int, jsonOf, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { HandIn } from '../grades/hand-in-grading';
import type { QuestionGrade } from '../grades/quiz-grading';

const courseShape = { enrolledCount: int, completedCount: int, averageProgress: nullable(float) };
const lessonShape = { id: int, title: text, completionCount: int, medianMinutes: nullable(float) };
const exerciseShape = {
  id: int,
  title: text,
  lessonId: int,
  startedCount: int,
  passedCount: int,
  pendingCount: int,
  averageScorePercent: nullable(float),
};
const answeredShape = { handIn: jsonOf<HandIn>(), grading: jsonOf<{ questions?: QuestionGrade[] }>() };

export type CourseFiguresRow = Row<typeof courseShape>;
export type LessonFiguresRow = Row<typeof lessonShape>;
export type ExerciseFiguresRow = Row<typeof exerciseShape>;
export type AnsweredQuiz = Row<typeof answeredShape>;

/** Counts what the students of a course did. Each method sends one statement. `listAnswers` may read from a replica. */
@Injectable()
export class CourseFiguresQuery {
  constructor(private readonly database: Database) {}

  /** Counts the students who have not left the course. */
  async countStudents(courseId: number): Promise<CourseFiguresRow> {
    const counted = await this.database.row(
      courseShape,
      `SELECT count(*) AS "enrolledCount", sum(CASE WHEN completed THEN 1 ELSE 0 END) AS "completedCount",
         avg(progress_percentage) AS "averageProgress"
       FROM courses_courseenrollment WHERE course_id = $1 AND left_at IS NULL HAVING count(*) > 0`,
      [courseId],
    );
    return counted ?? { enrolledCount: 0, completedCount: 0, averageProgress: null };
  }

  /**
   * Counts the completions of each lesson. The median is computed with window functions, because SQLite has no function for it.
   * Completions without a reported time do not count for it.
   */
  listLessons(courseId: number): Promise<LessonFiguresRow[]> {
    return this.database.rows(
      lessonShape,
      `SELECT l.id, l.title,
         (SELECT count(*) FROM courses_lessoncompletion lc WHERE lc.lesson_id = l.id) AS "completionCount",
         m.minutes AS "medianMinutes"
       FROM courses_lesson l LEFT JOIN (
         SELECT t.lesson_id, avg(t.time_spent_minutes) AS minutes FROM (
           SELECT lc.lesson_id, lc.time_spent_minutes,
             row_number() OVER (PARTITION BY lc.lesson_id ORDER BY lc.time_spent_minutes, lc.id) AS position,
             count(*) OVER (PARTITION BY lc.lesson_id) AS total
           FROM courses_lessoncompletion lc JOIN courses_lesson cl ON cl.id = lc.lesson_id
           WHERE cl.course_id = $1 AND lc.time_spent_minutes > 0) t
         WHERE t.position IN ((t.total + 1) / 2, (t.total + 2) / 2) GROUP BY t.lesson_id) m ON m.lesson_id = l.id
       WHERE l.course_id = $1 AND l.archived_at IS NULL ORDER BY l."order", l.id`,
      [courseId],
    );
  }

  listExercises(courseId: number): Promise<ExerciseFiguresRow[]> {
    return this.database.rows(
      exerciseShape,
      `SELECT x.id, x.title, l.id AS "lessonId", count(r.id) AS "startedCount", count(r.passed_at) AS "passedCount",
         (SELECT count(*) FROM courses_exercisesubmission w
           WHERE w.exercise_id = x.id AND w.status = 'pending'
             AND NOT EXISTS (SELECT 1 FROM progress_heldgrade h WHERE h.submission_id = w.id)) AS "pendingCount",
         avg(r.score_percent) AS "averageScorePercent"
       FROM courses_exercise x JOIN courses_lesson l ON l.id = x.lesson_id
       LEFT JOIN progress_exerciseresult r ON r.exercise_id = x.id
       WHERE l.course_id = $1 AND l.archived_at IS NULL AND x.archived_at IS NULL
       GROUP BY x.id, x.title, l.id, l."order" ORDER BY l."order", l.id, x.id`,
      [courseId],
    );
  }

  /** Reads the newest submissions of a quiz. */
  listAnswers(exerciseId: number, maxSubmissions: number): Promise<AnsweredQuiz[]> {
    return this.database.readFromReplica(() =>
      this.database.rows(
        answeredShape,
        `SELECT submission_data AS "handIn", grading FROM courses_exercisesubmission
         WHERE exercise_id = $1 ORDER BY id DESC LIMIT $2`,
        [exerciseId, maxSubmissions],
      ),
    );
  }
}
