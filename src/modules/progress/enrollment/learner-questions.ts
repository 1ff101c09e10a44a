import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { LearnerRecords, LessonAccess } from '../../courses';
import { Classmates } from '../../users';

/** Courses asks whether a student may read a course: enrolled and not left. */
@Injectable()
export class EnrolledAccess extends LessonAccess {
  constructor(private readonly database: Database) {
    super();
  }

  async mayRead(studentId: number, courseId: number): Promise<boolean> {
    const sql = `SELECT id FROM courses_courseenrollment WHERE student_id = $1 AND course_id = $2 AND left_at IS NULL`;
    return (await this.database.row({ id: int }, sql, [studentId, courseId])) !== undefined;
  }
}

/** Users asks whether two people may know each other's names. */
@Injectable()
export class EnrolledClassmates extends Classmates {
  constructor(private readonly database: Database) {
    super();
  }

  async shareCourse(personId: number, otherId: number): Promise<boolean> {
    const sharedSql = `SELECT e.id FROM courses_courseenrollment e
      JOIN courses_courseenrollment o ON o.course_id = e.course_id AND o.student_id = $2 AND o.left_at IS NULL
      WHERE e.student_id = $1 AND e.left_at IS NULL LIMIT 1`;
    return (await this.database.row({ id: int }, sharedSql, [personId, otherId])) !== undefined;
  }
}

/** Courses asks, before it deletes, whether any learner data hangs on it (rule 4). */
@Injectable()
export class ProgressTraces extends LearnerRecords {
  constructor(private readonly database: Database) {
    super();
  }

  existForCourse(id: number): Promise<boolean> {
    return this.any('SELECT id FROM courses_courseenrollment WHERE course_id = $1 LIMIT 1', id);
  }

  async existForLesson(id: number): Promise<boolean> {
    const own = 'SELECT id FROM courses_lessoncompletion WHERE lesson_id = $1 LIMIT 1';
    const work = `SELECT r.id FROM progress_exerciseresult r JOIN courses_exercise x ON x.id = r.exercise_id
      WHERE x.lesson_id = $1 LIMIT 1`;
    return (await this.any(own, id)) || this.any(work, id);
  }

  existForExercise(id: number): Promise<boolean> {
    // Every attempt and submission counts in the learner's result row.
    return this.any('SELECT id FROM progress_exerciseresult WHERE exercise_id = $1 LIMIT 1', id);
  }

  private async any(sql: string, id: number): Promise<boolean> {
    return (await this.database.row({ id: int }, sql, [id])) !== undefined;
  }
}
