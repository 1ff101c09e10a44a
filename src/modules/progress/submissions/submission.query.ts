import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { Artworks } from '../artworks/artworks';
import { columnsOf } from '../../../platform/database/entity-columns';
import type { Slice } from '../enrollment/enrollment-lists.query';
import { submissionColumns, submissionShape, type SubmissionRow } from './submission-row';
import { SubmissionNotFound } from './submissions.errors';
import { requireTeacherOrAdmin, requireReader } from './submissions.policy';
import { isTeacherOrAdmin } from '../enrollment/course-teacher-check';
import { GradeChange } from '../grades/grade-change.entity';

const gradeChange = columnsOf(GradeChange).without('submissionId');
export type GradeChangeRow = Row<typeof gradeChange.shape>;

/** Reads one submission and the history of its grade. */
@Injectable()
export class SubmissionQuery {
  constructor(
    private readonly database: Database,
    private readonly artworks: Artworks,
  ) {}

  /** Sends one statement, and a second one if the work has pictures. If `isForGrader` is true, the actor may see all results. @throws SubmissionNotFound */
  async get(actor: Actor, submissionId: number): Promise<{ submission: SubmissionRow; isForGrader: boolean }> {
    const submission = await this.database.row(
      { ...submissionShape, teacherId: int },
      `SELECT ${submissionColumns}, c.teacher_id AS "teacherId"
       FROM courses_exercisesubmission w
       JOIN progress_exerciseresult r ON r.student_id = w.student_id AND r.exercise_id = w.exercise_id
       JOIN courses_exercise x ON x.id = w.exercise_id
       JOIN users_user u ON u.id = w.student_id
       JOIN courses_lesson l ON l.id = x.lesson_id
       JOIN courses_course c ON c.id = l.course_id WHERE w.id = $1`,
      [submissionId],
    );
    if (!submission) throw new SubmissionNotFound();
    requireReader(actor, submission);
    const artworks = await this.artworks.listOf(submission);
    return { submission: { ...submission, artworks }, isForGrader: isTeacherOrAdmin(actor, submission.teacherId) };
  }

  /** Lists the changes of a grade, newest first. @throws SubmissionNotFound, Forbidden */
  async listGradeChanges(actor: Actor, submissionId: number, slice: Slice): Promise<GradeChangeRow[]> {
    await this.requireTeacherOrAdmin(actor, submissionId);
    const beforeId = slice.before ?? Number.MAX_SAFE_INTEGER;
    return this.database.rows(
      gradeChange.shape,
      `SELECT ${gradeChange.columns()}
       FROM progress_gradechange WHERE submission_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
      [submissionId, beforeId, slice.count],
    );
  }

  async countGradeChanges(submissionId: number): Promise<number> {
    const sql = 'SELECT count(*) AS total FROM progress_gradechange WHERE submission_id = $1';
    const counted = await this.database.row({ total: int }, sql, [submissionId]);
    return counted?.total ?? 0;
  }

  private async requireTeacherOrAdmin(actor: Actor, submissionId: number): Promise<void> {
    const submission = await this.database.row(
      { studentId: int, teacherId: int },
      `SELECT w.student_id AS "studentId", c.teacher_id AS "teacherId" FROM courses_exercisesubmission w
       JOIN courses_exercise x ON x.id = w.exercise_id
       JOIN courses_lesson l ON l.id = x.lesson_id JOIN courses_course c ON c.id = l.course_id WHERE w.id = $1`,
      [submissionId],
    );
    if (!submission) throw new SubmissionNotFound();
    requireTeacherOrAdmin(actor, submission);
  }
}
