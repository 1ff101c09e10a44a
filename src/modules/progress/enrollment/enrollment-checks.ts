import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { LearnerRecords, LessonAccess } from '../../courses';
import { Classmates } from '../../users';

/** Tells the courses module that a student may read a course if they are enrolled and have not left. */
@Injectable()
export class EnrolledLessonAccess extends LessonAccess {
  constructor(private readonly database: Database) {
    super();
  }

  async canRead(studentId: number, courseId: number): Promise<boolean> {
    const sql = `SELECT id FROM courses_courseenrollment WHERE student_id = $1 AND course_id = $2 AND left_at IS NULL`;
    return (await this.database.row({ id: int }, sql, [studentId, courseId])) !== undefined;
  }
}

/** Tells the users module whether two people are in the same course, and so may see each other's names. */
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

/** Tells the courses module, before it deletes something, whether learner data refers to it (rule 4). */
@Injectable()
export class ProgressLearnerRecords extends LearnerRecords {
  constructor(private readonly database: Database) {
    super();
  }

  existForCourse(id: number): Promise<boolean> {
    return this.hasRow('SELECT id FROM courses_courseenrollment WHERE course_id = $1 LIMIT 1', id);
  }

  async existForLesson(id: number): Promise<boolean> {
    const completionSql = 'SELECT id FROM courses_lessoncompletion WHERE lesson_id = $1 LIMIT 1';
    const resultSql = `SELECT r.id FROM progress_exerciseresult r JOIN courses_exercise x ON x.id = r.exercise_id
      WHERE x.lesson_id = $1 LIMIT 1`;
    return (await this.hasRow(completionSql, id)) || this.hasRow(resultSql, id);
  }

  existForExercise(id: number): Promise<boolean> {
    // Every attempt and every submission has a result row of its learner, so this one table is enough.
    return this.hasRow('SELECT id FROM progress_exerciseresult WHERE exercise_id = $1 LIMIT 1', id);
  }

  private async hasRow(sql: string, id: number): Promise<boolean> {
    return (await this.database.row({ id: int }, sql, [id])) !== undefined;
  }
}
