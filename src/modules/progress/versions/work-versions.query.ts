import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { float, int, jsonOf, nullable, textOf, type Row } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { columnsOf } from '../../../platform/database/entity-columns';
import { ExerciseNotFound } from '../../courses';
import type { ArtworkRow } from '../artworks/artwork-row';
import { Artworks } from '../artworks/artworks';
import { CourseTeacherCheck } from '../enrollment/course-teacher-check';
import type { HandIn } from '../grades/hand-in-grading';
import type { SubmissionState } from '../progress.lists';
import { ExerciseSubmission } from '../submissions/exercise-submission.entity';

const submission = columnsOf(ExerciseSubmission).without(
  'submissionData',
  'studentId',
  'gradedById',
  'exerciseVersion',
);
const shape = {
  ...submission.shape,
  handIn: jsonOf<HandIn>(),
  scoreBefore: nullable(float),
  statusBefore: nullable(textOf<SubmissionState>()),
};
export type WorkVersion = Row<typeof shape> & { artworks: ArtworkRow[] };

/** What one student has handed in for one exercise, in order. */
@Injectable()
export class WorkVersions {
  constructor(
    private readonly database: Database,
    private readonly artworks: Artworks,
    private readonly teacherCheck: CourseTeacherCheck,
  ) {}

  /**
   * Sends two statements for the student and three for the teacher, however many versions there are.
   * @throws ExerciseNotFound, Forbidden
   */
  async list(
    actor: Actor,
    exerciseId: number,
    studentId: number,
    slice: { after: number; count: number },
  ): Promise<WorkVersion[]> {
    if (studentId !== actor.id) await this.teacherCheck.getExercise(actor, exerciseId);
    const rows = await this.database.rows(
      shape,
      `SELECT ${submission.columns('w')}, w.submission_data AS "handIn", b.score AS "scoreBefore", b.status AS "statusBefore"
       FROM courses_exercisesubmission w
       LEFT JOIN courses_exercisesubmission b ON b.student_id = w.student_id AND b.exercise_id = w.exercise_id
         AND b.attempt_number = (SELECT max(e.attempt_number) FROM courses_exercisesubmission e
           WHERE e.student_id = w.student_id AND e.exercise_id = w.exercise_id AND e.attempt_number < w.attempt_number)
       WHERE w.student_id = $1 AND w.exercise_id = $2 AND w.attempt_number > $3
       ORDER BY w.attempt_number LIMIT $4`,
      [studentId, exerciseId, slice.after, slice.count],
    );
    if (rows.length === 0) await this.requireExercise(exerciseId);
    const pictures = await this.artworks.listOfMany(rows.map(({ id }) => id));
    return rows.map((row) => ({ ...row, artworks: pictures.get(row.id) ?? [] }));
  }

  private async requireExercise(exerciseId: number): Promise<void> {
    const sql = 'SELECT id FROM courses_exercise WHERE id = $1';
    if (!(await this.database.row({ id: int }, sql, [exerciseId]))) throw new ExerciseNotFound();
  }
}
