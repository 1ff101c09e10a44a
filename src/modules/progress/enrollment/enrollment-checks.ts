import { Injectable } from '@nestjs/common';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { LearnerRecords, LessonAccess } from '../../courses';
import { Classmates } from '../../users';

/** Lets the courses module show lessons to students who are enrolled in the course and have not left it. */
@Injectable()
export class EnrolledLessonAccess extends LessonAccess {
  constructor(private readonly database: Database) {
    super();
  }

  async canRead(studentId: number, courseId: number): Promise<boolean> {
    const sql = `SELECT id FROM courses_courseenrollment WHERE student_id = $1 AND course_id = $2 AND left_at IS NULL`;
    const enrollment = await this.database.row({ id: int }, sql, [studentId, courseId]);
    return enrollment !== undefined;
  }
}

/** Lets the users module show people the names of those who are in the same course. */
@Injectable()
export class EnrolledClassmates extends Classmates {
  constructor(private readonly database: Database) {
    super();
  }

  async shareCourse(personId: number, otherId: number): Promise<boolean> {
    const sharedCourseSql = `SELECT e.id FROM courses_courseenrollment e
      JOIN courses_courseenrollment o ON o.course_id = e.course_id AND o.student_id = $2 AND o.left_at IS NULL
      WHERE e.student_id = $1 AND e.left_at IS NULL LIMIT 1`;
    const sharedEnrollment = await this.database.row({ id: int }, sharedCourseSql, [personId, otherId]);
    return sharedEnrollment !== undefined;
  }
}

/** Lets the courses module find out, before a deletion, whether data of learners refer to the deleted object (rule 4). */
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
    const row = await this.database.row({ id: int }, sql, [id]);
    return row !== undefined;
  }
}
