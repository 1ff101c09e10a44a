import { Injectable } from '@nestjs/common';
import { float, instant, int, nullable, text, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Clock } from '../../../platform/time/clock';
import { Attempt } from '../attempts/attempt.entity';
import { nextLessonIdSql } from './next-lesson-sql';

const maxCourses = 20;
const maxAttempts = 20;

const courseShape = {
  courseId: int,
  title: text,
  thumbnail: text,
  progressPercentage: float,
  lastAccessedAt: instant,
  nextLessonId: nullable(int),
  nextLessonTitle: nullable(text),
};
export type CourseInProgress = Row<typeof courseShape>;

const attempt = columnsOf(Attempt, ['id', 'exerciseId', 'attemptNumber', 'startedAt', 'deadlineAt']);
const attemptShape = { ...attempt.shape, exerciseTitle: text, lessonId: int, courseId: int };
export type AttemptInProgress = Row<typeof attemptShape>;

/** What a student works on: the courses that are not completed, and the attempts that are not handed in. */
@Injectable()
export class LearnerHome {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Sends one statement. The course that the student used last is the first one. */
  listCourses(studentId: number): Promise<CourseInProgress[]> {
    return this.database.rows(
      courseShape,
      `SELECT c.id AS "courseId", c.title, c.thumbnail, e.progress_percentage AS "progressPercentage",
         e.last_accessed AS "lastAccessedAt", n.id AS "nextLessonId", n.title AS "nextLessonTitle"
       FROM (SELECT * FROM courses_courseenrollment WHERE student_id = $1 AND left_at IS NULL AND NOT completed
         ORDER BY last_accessed DESC, id DESC LIMIT ${maxCourses}) e
       JOIN courses_course c ON c.id = e.course_id
       LEFT JOIN courses_lesson n ON n.id = ${nextLessonIdSql}
       ORDER BY e.last_accessed DESC, e.id DESC`,
      [studentId],
    );
  }

  /** Sends one statement. The attempt with the earliest deadline is the first one. An overdue attempt is not open. */
  listOpenAttempts(studentId: number): Promise<AttemptInProgress[]> {
    return this.database.rows(
      attemptShape,
      `SELECT ${attempt.columns('a')}, x.title AS "exerciseTitle", l.id AS "lessonId", c.id AS "courseId"
       FROM progress_attempt a
       JOIN courses_exercise x ON x.id = a.exercise_id
       JOIN courses_lesson l ON l.id = x.lesson_id
       JOIN courses_course c ON c.id = l.course_id
       WHERE a.student_id = $1 AND a.finished_at IS NULL AND (a.deadline_at IS NULL OR a.deadline_at >= $2)
       ORDER BY a.deadline_at IS NULL, a.deadline_at, a.id LIMIT ${maxAttempts}`,
      [studentId, this.clock.now()],
    );
  }
}
