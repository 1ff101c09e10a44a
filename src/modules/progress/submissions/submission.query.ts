import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { float, instant, int, nullable, text, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import type { Slice } from '../enrollment/enrollment-lists.query';
import type { SubmissionState } from '../progress.lists';
import { submissionColumns, submissionShape, type SubmissionRow } from './submission-row';
import { SubmissionNotFound } from './submissions.errors';
import { requireTeacherOrAdmin, requireReader } from './submissions.policy';
import { isTeacherOrAdmin } from '../enrollment/course-teacher-check';

const gradeChangeShape = {
  id: int,
  scoreBefore: nullable(float),
  scoreAfter: nullable(float),
  statusBefore: textOf<SubmissionState>(),
  statusAfter: textOf<SubmissionState>(),
  changedById: nullable(int),
  changedAt: instant,
  reason: text,
};
export type GradeChangeRow = Row<typeof gradeChangeShape>;

/** Reads one submission and the history of its grade. */
@Injectable()
export class SubmissionQuery {
  constructor(private readonly database: Database) {}

  /** Sends one statement. If `isForGrader` is true, the actor may see all results. @throws SubmissionNotFound */
  async get(actor: Actor, submissionId: number): Promise<{ submission: SubmissionRow; isForGrader: boolean }> {
    const submission = await this.database.row(
      { ...submissionShape, teacherId: int },
      `SELECT ${submissionColumns}, c.teacher_id AS "teacherId"
       FROM courses_exercisesubmission w
       JOIN progress_exerciseresult r ON r.student_id = w.student_id AND r.exercise_id = w.exercise_id
       JOIN courses_exercise x ON x.id = w.exercise_id
       JOIN courses_lesson l ON l.id = x.lesson_id
       JOIN courses_course c ON c.id = l.course_id WHERE w.id = $1`,
      [submissionId],
    );
    if (!submission) throw new SubmissionNotFound();
    requireReader(actor, submission);
    return { submission, isForGrader: isTeacherOrAdmin(actor, submission.teacherId) };
  }

  /** Lists the changes of a grade, newest first. @throws SubmissionNotFound, Forbidden */
  async listGradeChanges(actor: Actor, submissionId: number, slice: Slice): Promise<GradeChangeRow[]> {
    await this.requireTeacherOrAdmin(actor, submissionId);
    const beforeId = slice.before ?? Number.MAX_SAFE_INTEGER;
    return this.database.rows(
      gradeChangeShape,
      `SELECT id, score_before AS "scoreBefore", score_after AS "scoreAfter", status_before AS "statusBefore",
         status_after AS "statusAfter", changed_by_id AS "changedById", changed_at AS "changedAt", reason
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
