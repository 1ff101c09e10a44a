import { Injectable } from '@nestjs/common';
import { OriginalValues } from '../../../platform/data/original-values';
import { int, type Row } from '../../../platform/database/columns';
import { columnsOf } from '../../../platform/database/entity-columns';
import { Database } from '../../../platform/database/database';
import { PersonalDataRegistry, rowsOfPerson, type PersonalData } from '../../users';
import { Artwork } from '../artworks/artwork.entity';
import { Attempt } from '../attempts/attempt.entity';
import { FrequentCommentRow } from '../comments/frequent-comment.entity';
import { LessonCompletion } from '../completion/lesson-completion.entity';
import { Enrollment } from '../enrollment/enrollment.entity';
import { ActivityDayRow } from '../streaks/activity-day.entity';
import { GradeChange } from '../grades/grade-change.entity';
import { Pin } from '../pins/pin.entity';
import { PinReply } from '../pins/pin-reply.entity';
import { ExerciseResult } from '../submissions/exercise-result.entity';
import { ExerciseSubmission } from '../submissions/exercise-submission.entity';
import { UserProgress } from './user-progress.entity';
import { Enrollments } from '../enrollment/enrollments';

const totals = columnsOf(UserProgress).without('id', 'userId');
const enrollment = columnsOf(Enrollment).without('studentId');
const completion = columnsOf(LessonCompletion).without('studentId');
const submission = columnsOf(ExerciseSubmission).without('studentId', 'gradedById');
const gradeChange = columnsOf(GradeChange).without('changedById');
/** The reference of the file is left out, because it contains a secret. The files themselves are listed by the platform. */
const artwork = columnsOf(Artwork).without('file');
const pin = columnsOf(Pin).without('authorId', 'resolvedById');
const pinReply = columnsOf(PinReply).without('authorId');
const attempt = columnsOf(Attempt).without('studentId');
const result = columnsOf(ExerciseResult).without('studentId');
const activityDay = columnsOf(ActivityDayRow, ['id', 'localDate']);

const frequentComment = columnsOf(FrequentCommentRow).without('ownerId');

const emptyHandIn = {};

/** What Progress holds of a person: what they learned and handed in. */
@Injectable()
export class LearnerData implements PersonalData {
  readonly name = 'progress';
  readonly tables = {
    users_userprogress: 'kept: totals',
    courses_courseenrollment: 'kept and ended, which frees the seats',
    courses_lessoncompletion: 'kept without the notes',
    courses_exercisesubmission: 'kept with the score, without the work, the feedback and the marks by rubric',
    progress_artwork: 'deleted',
    progress_pin: 'deleted with the work; what a person said about the work of others stays, like feedback',
    progress_pinreply: 'like the pins',
    progress_attempt: 'kept without the answers',
    progress_exerciseresult: 'kept: scores',
    progress_gradechange: 'kept without the reasons and the marks by rubric',
    progress_frequentcomment: 'deleted',
    progress_heldgrade: 'deleted; in the export only after the release',
    progress_activityday: 'deleted',
  };

  constructor(
    registry: PersonalDataRegistry,
    private readonly database: Database,
    private readonly enrollments: Enrollments,
    private readonly originals: OriginalValues,
  ) {
    registry.register(this);
  }

  async export(personId: number): Promise<Record<string, readonly object[]>> {
    const { database } = this;
    return {
      totals: await rowsOfPerson(database, totals, 'user_id', personId),
      enrollments: await rowsOfPerson(database, enrollment, 'student_id', personId),
      completions: await rowsOfPerson(database, completion, 'student_id', personId),
      submissions: (await rowsOfPerson(database, submission, 'student_id', personId)).map(showMarks),
      gradeChanges: await this.exportGradeChanges(personId),
      artworks: await this.exportArtworks(personId),
      pins: await rowsOfPerson(database, pin, 'author_id', personId),
      pinReplies: await rowsOfPerson(database, pinReply, 'author_id', personId),
      attempts: await rowsOfPerson(database, attempt, 'student_id', personId),
      results: await rowsOfPerson(database, result, 'student_id', personId),
      frequentComments: await rowsOfPerson(database, frequentComment, 'owner_id', personId),
      activityDays: await rowsOfPerson(database, activityDay, 'user_id', personId),
    };
  }

  async erase(personId: number): Promise<void> {
    for (const courseId of await this.listCourses(personId)) await this.enrollments.leave(personId, courseId);
    await this.emptyCompletions(personId);
    await this.emptySubmissions(personId);
    const attemptSql = 'UPDATE progress_attempt SET saved_answers = $2 WHERE student_id = $1';
    await this.database.run(attemptSql, [personId, emptyHandIn]);
    await this.database.run(
      `DELETE FROM progress_artwork WHERE submission_id IN (SELECT id FROM courses_exercisesubmission WHERE student_id = $1)`,
      [personId],
    );
    await this.database.run('DELETE FROM progress_frequentcomment WHERE owner_id = $1', [personId]);
    await this.database.run('DELETE FROM progress_activityday WHERE user_id = $1', [personId]);
  }

  private exportGradeChanges(personId: number): Promise<object[]> {
    const sql = `SELECT ${gradeChange.columns()} FROM progress_gradechange WHERE submission_id IN
      (SELECT id FROM courses_exercisesubmission WHERE student_id = $1) ORDER BY id`;
    return this.database.rows(gradeChange.shape, sql, [personId]);
  }

  private exportArtworks(personId: number): Promise<object[]> {
    const sql = `SELECT ${artwork.columns()} FROM progress_artwork WHERE submission_id IN
      (SELECT id FROM courses_exercisesubmission WHERE student_id = $1) ORDER BY id`;
    return this.database.rows(artwork.shape, sql, [personId]);
  }

  private async listCourses(personId: number): Promise<number[]> {
    const sql = `SELECT course_id AS "courseId" FROM courses_courseenrollment
      WHERE student_id = $1 AND left_at IS NULL ORDER BY course_id`;
    const enrolled = await this.database.rows({ courseId: int }, sql, [personId]);
    return enrolled.map(({ courseId }) => courseId);
  }

  private async emptyCompletions(personId: number): Promise<void> {
    const sql = `UPDATE courses_lessoncompletion SET notes = '' WHERE student_id = $1 RETURNING id`;
    const emptied = await this.database.rows({ id: int }, sql, [personId]);
    await this.originals.forget('courses.lessoncompletion', idsOf(emptied));
  }

  /** Comments on the criteria are feedback too. The engines change parts of JSON differently, so the rows are written whole. */
  private async removeMarks(personId: number): Promise<void> {
    const graded = await this.database.rows(
      { id: int, grading: submission.shape.grading },
      `SELECT id, grading FROM courses_exercisesubmission
       WHERE student_id = $1 AND CAST(grading AS text) LIKE '%"rubricMarks"%' ORDER BY id`,
      [personId],
    );
    const sql = 'UPDATE courses_exercisesubmission SET grading = $2 WHERE id = $1';
    for (const { id, grading } of graded) await this.database.run(sql, [id, { questions: grading.questions ?? [] }]);
  }

  private async emptySubmissions(personId: number): Promise<void> {
    const emptied = await this.database.rows(
      { id: int },
      `UPDATE courses_exercisesubmission SET submission_data = $2, feedback = '' WHERE student_id = $1 RETURNING id`,
      [personId, emptyHandIn],
    );
    await this.removeMarks(personId);
    await this.database.run(
      `DELETE FROM progress_heldgrade
       WHERE submission_id IN (SELECT id FROM courses_exercisesubmission WHERE student_id = $1)`,
      [personId],
    );
    await this.database.run(
      `UPDATE progress_gradechange SET reason = '', rubric_marks = NULL
       WHERE submission_id IN (SELECT id FROM courses_exercisesubmission WHERE student_id = $1)`,
      [personId],
    );
    await this.originals.forget('courses.exercisesubmission', idsOf(emptied));
  }
}

/** The points of each question are left out, because they could show which answers are right. */
function showMarks({ grading, ...row }: Row<typeof submission.shape>): object {
  return { ...row, rubricMarks: grading.rubricMarks ?? null };
}

const idsOf = (rows: readonly { id: number }[]): number[] => rows.map(({ id }) => id);
