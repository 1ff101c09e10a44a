import { Injectable } from '@nestjs/common';
import { int, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import type { HandInGrade } from '../grades/hand-in-grading';
import { HeldGrade } from './held-grade.entity';

const held = columnsOf(HeldGrade).without('id', 'submissionId');
export type HeldGradeRow = Row<typeof held.shape>;

/** The grades that wait for the release of their exercise. */
@Injectable()
export class HeldGrades {
  constructor(private readonly database: Database) {}

  /**
   * Keeps a grade in place of the one before. A grade by a machine replaces neither that of a person nor a higher one, because a
   * corrected key never lowers a grade (rule 9).
   */
  async keep(submissionId: number, grade: HeldGradeRow): Promise<void> {
    await this.database.run(
      `INSERT INTO progress_heldgrade AS h (submission_id, score, status, feedback, grading, reason, graded_by_id, graded_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (submission_id) DO UPDATE SET score = excluded.score, status = excluded.status,
         feedback = excluded.feedback, grading = excluded.grading, reason = excluded.reason,
         graded_by_id = excluded.graded_by_id, graded_at = excluded.graded_at
       WHERE excluded.graded_by_id IS NOT NULL OR (h.graded_by_id IS NULL AND excluded.score > h.score)`,
      [
        submissionId,
        grade.score,
        grade.status,
        grade.feedback,
        grade.grading,
        grade.reason,
        grade.gradedById,
        grade.gradedAt,
      ],
    );
  }

  /** Keeps the grade that a machine gave to a new submission. */
  async keepAutomatic(submissionId: number, { status, score, questions }: HandInGrade, gradedAt: Date): Promise<void> {
    if (status === 'pending' || score === null) return;
    const ofPerson = { feedback: '', reason: '', gradedById: null };
    await this.keep(submissionId, { ...ofPerson, score, status, grading: { questions }, gradedAt });
  }

  /** Takes the grade out. Returns undefined if there is none. */
  take(submissionId: number): Promise<HeldGradeRow | undefined> {
    return this.database.row(
      held.shape,
      `DELETE FROM progress_heldgrade WHERE submission_id = $1 RETURNING ${held.columns()}`,
      [submissionId],
    );
  }

  /** Lists submissions of an exercise with a held grade, by student, because their totals are locked in this order everywhere. */
  async listSubmissions(exerciseId: number, maxCount: number): Promise<number[]> {
    const rows = await this.database.rows(
      { id: int },
      `SELECT w.id FROM progress_heldgrade h JOIN courses_exercisesubmission w ON w.id = h.submission_id
       WHERE w.exercise_id = $1 ORDER BY w.student_id, w.id LIMIT $2`,
      [exerciseId, maxCount],
    );
    return rows.map(({ id }) => id);
  }
}
