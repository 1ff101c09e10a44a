import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Forbidden } from '../../../platform/errors/access.errors';
import { CourseNotFound } from '../../courses';

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
}

export function isTeacherOrAdmin(actor: Actor, teacherId: number): boolean {
  return actor.role === 'admin' || (actor.id === teacherId && actor.isApproved);
}
