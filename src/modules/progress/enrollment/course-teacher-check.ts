import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { bool, int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { contentOf, CourseNotFound, ExerciseNotFound } from '../../courses';

/** Only the teacher of a course and administrators may see what its learners did. */
@Injectable()
export class CourseTeacherCheck {
  constructor(private readonly database: Database) {}

  /** @throws CourseNotFound, Forbidden */
  async requireTeacherOrAdmin(actor: Actor, courseId: number): Promise<void> {
    const sql = 'SELECT teacher_id AS "teacherId" FROM courses_course WHERE id = $1';
    const course = await this.database.row({ teacherId: int }, sql, [courseId]);
    if (!course) throw new CourseNotFound();
    if (!isTeacherOrAdmin(actor, course.teacherId))
      throw new Forbidden('Only the teacher of the course and administrators may see its students.');
  }

  /**
   * Reads an exercise for the teacher of its course and administrators. For other people an exercise that is not visible does not exist.
   * @throws ExerciseNotFound, Forbidden
   */
  async getExercise(actor: Actor, exerciseId: number): Promise<Row<typeof exerciseShape>> {
    const exercise = await this.database.row(
      exerciseShape,
      `SELECT c.teacher_id AS "teacherId", x.content, c.is_published AND l.is_published AND l.archived_at IS NULL
         AND x.archived_at IS NULL AS "isVisible"
       FROM courses_exercise x
       JOIN courses_lesson l ON l.id = x.lesson_id JOIN courses_course c ON c.id = l.course_id WHERE x.id = $1`,
      [exerciseId],
    );
    if (!exercise) throw new ExerciseNotFound();
    if (isTeacherOrAdmin(actor, exercise.teacherId)) return exercise;
    throw exercise.isVisible
      ? new Forbidden('Only the teacher of the course and administrators may see its submissions.')
      : new ExerciseNotFound();
  }
}

const exerciseShape = { teacherId: int, content: contentOf, isVisible: bool };

export function isTeacherOrAdmin(actor: Actor, teacherId: number): boolean {
  return actor.role === 'admin' || (actor.id === teacherId && actor.isApproved);
}
