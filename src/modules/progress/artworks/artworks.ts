import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { int } from '../../../platform/database/columns';
import { Database } from '../../../platform/database/database';
import { placeholders, tuplesSql } from '../../../platform/database/insert-rows';
import { FilePurposes, type FileThing } from '../../../platform/files/file-purposes';
import { Metrics } from '../../../platform/metrics/metrics';
import { Files } from '../../../platform/files/files';
import { FileNotUsable } from '../../../platform/files/files.errors';
import { isTeacherOrAdmin } from '../enrollment/course-teacher-check';
import { artwork, type ArtworkRow } from './artwork-row';
import type { HandedInArtworks } from './artworks.dto';

const purpose = 'artwork';
const thingOf = (id: number): FileThing => ({ type: 'progress.submission', id });

/** A submission to which pictures are added. */
interface NewWork {
  submissionId: number;
  studentId: number;
  /** False if the server hands in an overdue attempt. Then a picture that cannot be used is left out. */
  isLearnerActivity: boolean;
}

/** The pictures of handed-in work. The student, the teacher of the course and administrators see them. */
@Injectable()
export class Artworks implements OnModuleInit {
  private readonly log = new Logger('Artworks');
  private readonly leftOut;

  constructor(
    private readonly database: Database,
    private readonly files: Files,
    private readonly purposes: FilePurposes,
    metrics: Metrics,
  ) {
    const description = 'Pictures that a hand-in at its deadline left out, because they were removed or used elsewhere';
    this.leftOut = metrics.counter('teoart_artworks_left_out_total', description, []);
  }

  onModuleInit(): void {
    this.purposes.register({
      name: purpose,
      accepts: ['picture'],
      isPersonal: true,
      mayUpload: () => true,
      audience: (viewer, { id }) => this.isVisible(viewer, id),
    });
  }

  /** Attaches the pictures to new work, with two statements in the caller's transaction. @throws FileNotUsable */
  async add(
    artworks: HandedInArtworks,
    { submissionId, studentId, isLearnerActivity }: NewWork,
  ): Promise<ArtworkRow[]> {
    const fileIds = artworks.map(({ fileId }) => fileId);
    const attachment = { ownerId: studentId, purpose, to: thingOf(submissionId), shownAs: '320' } as const;
    const references = await this.files.attachAll(fileIds, attachment);
    if (references.size < fileIds.length) {
      if (isLearnerActivity) throw new FileNotUsable();
      const message = `Submission ${submissionId} was handed in at its deadline without pictures that are removed or used elsewhere`;
      const missing = fileIds.length - references.size;
      this.log.warn({ message, submissionId, missing });
      this.leftOut.inc(missing);
    }
    const usable = artworks.filter(({ fileId }) => references.has(fileId));
    if (usable.length === 0) return [];
    const values = usable.map(({ fileId, caption }, index) => [
      submissionId,
      index + 1,
      references.get(fileId),
      caption ?? '',
    ]);
    const rows = await this.database.rows(
      artwork.shape,
      `INSERT INTO progress_artwork (submission_id, position, file, caption) VALUES ${tuplesSql(values.length, 4)}
       RETURNING ${artwork.columns()}`,
      values.flat(),
    );
    return rows.sort((one, other) => one.id - other.id);
  }

  /** In their order, with one statement; with none if `count` is 0. */
  async listOf({ id, artworkCount }: { id: number; artworkCount: number }): Promise<ArtworkRow[]> {
    if (artworkCount === 0) return [];
    const sql = `SELECT ${artwork.columns()} FROM progress_artwork WHERE submission_id = $1 ORDER BY position`;
    return this.database.rows(artwork.shape, sql, [id]);
  }

  /** The pictures of several submissions, with one statement, by the id of the submission. */
  async listOfMany(submissionIds: readonly number[]): Promise<Map<number, ArtworkRow[]>> {
    const bySubmission = new Map<number, ArtworkRow[]>(submissionIds.map((id) => [id, []]));
    if (submissionIds.length === 0) return bySubmission;
    const rows = await this.database.rows(
      { ...artwork.shape, submissionId: int },
      `SELECT ${artwork.columns()}, submission_id AS "submissionId" FROM progress_artwork
       WHERE submission_id IN (${placeholders(submissionIds.length)}) ORDER BY submission_id, position`,
      submissionIds,
    );
    for (const row of rows) bySubmission.get(row.submissionId)?.push(row);
    return bySubmission;
  }

  private async isVisible(viewer: Actor, submissionId: number): Promise<boolean> {
    const submission = await this.database.row(
      { studentId: int, teacherId: int },
      `SELECT w.student_id AS "studentId", c.teacher_id AS "teacherId" FROM courses_exercisesubmission w
       JOIN courses_exercise x ON x.id = w.exercise_id
       JOIN courses_lesson l ON l.id = x.lesson_id JOIN courses_course c ON c.id = l.course_id WHERE w.id = $1`,
      [submissionId],
    );
    if (!submission) return false;
    return viewer.id === submission.studentId || isTeacherOrAdmin(viewer, submission.teacherId);
  }
}
