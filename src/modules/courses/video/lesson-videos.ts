import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../../../platform/auth/actor';
import { Database } from '../../../platform/database/database';
import { FilePurposes } from '../../../platform/files/file-purposes';
import { Files } from '../../../platform/files/files';
import { requireVersion } from '../../../platform/http/etag';
import { CourseContent } from '../course/course-content';
import { CourseEditing } from '../course-editing';
import { EnrollmentRequired, LessonNotFound } from '../courses.errors';
import { LessonReader } from '../lesson/lessons.query';
import { lessonOf, videoPurpose } from './video-files';

/** The videos of lessons, which are in `videoUrl` like a link. They belong to the school, so they stay when their teacher leaves. */
@Injectable()
export class LessonVideos implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly files: Files,
    private readonly purposes: FilePurposes,
    private readonly editing: CourseEditing,
    private readonly content: CourseContent,
    private readonly reader: LessonReader,
  ) {}

  onModuleInit(): void {
    this.purposes.register({
      name: videoPurpose,
      accepts: ['video'],
      isPersonal: false,
      mayUpload: ({ role }) => role !== 'student',
      audience: (viewer, { id }) => this.canOpen(viewer, id),
    });
  }

  /** @throws LessonNotFound, Forbidden, TeacherNotApproved, IsArchived, FileNotUsable */
  async set(actor: Actor, lessonId: number, fileId: number, expectedVersion: number | null): Promise<void> {
    await this.database.transaction(async () => {
      const before = await this.editing.lockLesson(actor, lessonId);
      requireVersion(expectedVersion, before.version);
      const attachment = { fileId, ownerId: actor.id, purpose: videoPurpose, to: lessonOf(lessonId) };
      const videoUrl = await this.files.attach({ ...attachment, shownAs: 'original' });
      await this.content.storeVideo(lessonId, videoUrl);
      await this.content.afterLessonChange(before.courseId, before, { ...before, videoUrl });
    });
  }

  private async canOpen(viewer: Actor, lessonId: number): Promise<boolean> {
    try {
      await this.reader.get(lessonId, viewer);
      return true;
    } catch (error) {
      if (error instanceof LessonNotFound || error instanceof EnrollmentRequired) return false;
      throw error;
    }
  }
}
