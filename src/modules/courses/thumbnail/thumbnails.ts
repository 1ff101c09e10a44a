import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { FilePurposes, type FileThing } from '../../../platform/files/file-purposes';
import { Files } from '../../../platform/files/files';
import { requireVersion } from '../../../platform/http/etag';
import { Clock } from '../../../platform/time/clock';
import { accessColumns, accessShape, CourseAccess } from '../course-access';
import { CourseEditing } from '../course-editing';
import { CourseNotFound } from '../courses.errors';

const purpose = 'course-thumbnail';
const thingOf = (id: number): FileThing => ({ type: 'courses.course', id });

/** The pictures of courses. They belong to the school, so they stay when their teacher leaves. */
@Injectable()
export class Thumbnails implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly files: Files,
    private readonly purposes: FilePurposes,
    private readonly editing: CourseEditing,
    private readonly access: CourseAccess,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.purposes.register({
      name: purpose,
      accepts: ['picture'],
      isPersonal: false,
      mayUpload: ({ role }) => role !== 'student',
      audience: (viewer, { id }) => this.isVisible(viewer, id),
    });
  }

  /** @throws CourseNotFound, Forbidden, TeacherNotApproved, IsArchived, FileNotUsable */
  async set(actor: Actor, courseId: number, fileId: number, expectedVersion: number | null): Promise<void> {
    const to = thingOf(courseId);
    await this.database.transaction(async () => {
      requireVersion(expectedVersion, (await this.editing.lockCourse(actor, courseId)).version);
      const reference = await this.files.attach({ fileId, ownerId: actor.id, purpose, to, shownAs: '960' });
      await this.files.detach(purpose, to, fileId);
      await this.store(courseId, reference);
    });
  }

  /** @throws CourseNotFound, Forbidden, TeacherNotApproved, IsArchived */
  async remove(actor: Actor, courseId: number, expectedVersion: number | null): Promise<void> {
    await this.database.transaction(async () => {
      requireVersion(expectedVersion, (await this.editing.lockCourse(actor, courseId)).version);
      await this.files.detach(purpose, thingOf(courseId));
      await this.store(courseId, '');
    });
  }

  private async store(courseId: number, reference: string): Promise<void> {
    const sql = 'UPDATE courses_course SET thumbnail = $2, updated_at = $3, version = version + 1 WHERE id = $1';
    await this.database.run(sql, [courseId, reference, this.clock.now()]);
  }

  private async isVisible(viewer: Actor, courseId: number): Promise<boolean> {
    const sql = `SELECT ${accessColumns.course} FROM courses_course c WHERE c.id = $1`;
    try {
      await this.access.requireCourse(viewer, await this.database.row(accessShape, sql, [courseId]));
      return true;
    } catch (error) {
      if (error instanceof CourseNotFound) return false;
      throw error;
    }
  }
}

/** Detaches what hangs on a course that is deleted, in the transaction of the caller. */
export const detachThumbnail = (files: Files, courseId: number): Promise<void> =>
  files.detach(purpose, thingOf(courseId));
